import Foundation
import LuaRuntime
import Synchronization

/// The files that a Lua script may touch, and the chunks that are made of them.
///
/// Symlinks are resolved before a path is judged, so that none leads out of the folders.
final class LuaFiles: Sendable {
    /// What a script is told when a file cannot be used.
    struct Fault: Error, CustomStringConvertible {
        let description: String
    }

    private let directory: String
    private let readable: [String]
    private let writable: [String]
    private let chunks = Mutex((sources: [String: LuaSource](), count: 0))

    /// - Parameters:
    ///   - directory: Where relative paths start, absolute.
    ///   - readable: Folders whose files may be read, beside those that may be written.
    ///   - writable: Folders whose files may be written.
    init(directory: String, readable: [String], writable: [String]) {
        self.directory = directory
        self.writable = writable.map(Self.resolved)
        self.readable = readable.map(Self.resolved) + self.writable
    }

    /// The text of a chunk that was made before; each can be had once.
    func source(named name: String) -> LuaSource? {
        if name == LuaPrelude.slotModule { return LuaSource(LuaPrelude.slot, chunkName: LuaPrelude.chunkName) }
        return chunks.withLock { $0.sources.removeValue(forKey: name) }
    }

    /// Makes a chunk of a file.
    ///
    /// - Returns: The name under which `require` finds it.
    /// - Throws: ``Fault`` with Lua's own words.
    func makeChunk(path: String) throws(Fault) -> String {
        guard let bytes = try? read(path) else {
            throw Fault(description: "cannot open \(path): No such file or directory")
        }
        return try makeChunk(of: bytes, named: path)
    }

    /// Makes a chunk of text.
    func makeChunk(of bytes: [UInt8], named name: String) throws(Fault) -> String {
        var text = bytes[...]
        if text.starts(with: [0xEF, 0xBB, 0xBF]) { text = text.dropFirst(3) }
        if text.first == 0x1B {
            throw Fault(description: "\(name): attempt to load a binary chunk (mode is 't')")
        }
        if text.first == UInt8(ascii: "#") { text = text.drop { $0 != UInt8(ascii: "\n") } }
        let whole = Array(LuaPrelude.chunkHead.utf8) + text + Array(LuaPrelude.chunkTail.utf8)
        return chunks.withLock { chunks in
            chunks.count += 1
            let module = "moonshift-chunk-\(chunks.count)"
            chunks.sources[module] = LuaSource(bytes: whole, chunkName: name)
            return module
        }
    }

    /// The bytes of a regular file below one of the readable folders.
    func read(_ path: String) throws(Fault) -> [UInt8] {
        let place = Self.resolved(absolute(path))
        var isFolder: ObjCBool = false
        guard readable.contains(where: { Self.isBelow(place, $0) }),
            FileManager.default.fileExists(atPath: place, isDirectory: &isFolder), !isFolder.boolValue,
            let data = FileManager.default.contents(atPath: place)
        else { throw Fault(description: "cannot read \(path): no such file below the folders that may be read") }
        return Array(data)
    }

    /// Adds text to a file below one of the writable folders.
    func append(_ text: String, to path: String) throws(Fault) {
        let place = Self.resolved(absolute(path))
        guard writable.contains(where: { Self.isBelow(place, $0) }) else {
            throw Fault(description: "cannot write \(path): it lies below no folder that was given with --write")
        }
        if !FileManager.default.fileExists(atPath: place) {
            _ = FileManager.default.createFile(atPath: place, contents: nil)
        }
        do {
            let file = try FileHandle(forWritingTo: URL(fileURLWithPath: place))
            try file.seekToEnd()
            try file.write(contentsOf: Data(text.utf8))
            try file.close()
        } catch {
            throw Fault(description: "cannot write \(path): \(error.reason)")
        }
    }

    private func absolute(_ path: String) -> String {
        path.hasPrefix("/") ? path : "\(directory)/\(path)"
    }

    private static func resolved(_ path: String) -> String {
        URL(fileURLWithPath: path).resolvingSymlinksInPath().standardizedFileURL.path
    }

    private static func isBelow(_ path: String, _ folder: String) -> Bool {
        path.hasPrefix(folder == "/" ? "/" : "\(folder)/")
    }
}
