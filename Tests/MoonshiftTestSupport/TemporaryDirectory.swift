import Foundation
import Synchronization

/// A new, empty folder that belongs to one test, in memory where the machine allows it.
///
/// It is removed with all that is in it by ``remove()``, at the latest when the last reference goes away.
package final class TemporaryDirectory: Sendable {
    /// Absolute, symlinks resolved, without a slash at the end.
    package let path: String
    private let isRemoved = Mutex(false)

    /// - Parameter label: Part of the folder's name, to tell folders apart while debugging.
    /// - Throws: The error of the file system; nothing is left behind then.
    package init(_ label: String = "test") throws {
        let parent = Self.parent
        let name = "moonshift-\(label)-\(UUID().uuidString.prefix(13).lowercased())"
        let url = URL(fileURLWithPath: parent, isDirectory: true).appendingPathComponent(name, isDirectory: true)
        try FileManager.default.createDirectory(at: url, withIntermediateDirectories: true)
        path = url.resolvingSymlinksInPath().path
    }

    deinit {
        remove()
    }

    /// The absolute path of something inside.
    package func path(of relativePath: String) -> String {
        "\(path)/\(relativePath)"
    }

    /// Writes a file; folders on the way are made.
    @discardableResult
    package func write(_ text: String, to relativePath: String) throws -> String {
        try write(Array(text.utf8), to: relativePath)
    }

    /// Writes a file; folders on the way are made.
    /// - Returns: The absolute path of the file.
    @discardableResult
    package func write(_ bytes: [UInt8], to relativePath: String) throws -> String {
        let url = URL(fileURLWithPath: path(of: relativePath))
        try FileManager.default.createDirectory(
            at: url.deletingLastPathComponent(), withIntermediateDirectories: true)
        try Data(bytes).write(to: url)
        return url.path
    }

    /// The text of a file inside, invalid UTF-8 repaired.
    package func read(_ relativePath: String) throws -> String {
        String(decoding: try Data(contentsOf: URL(fileURLWithPath: path(of: relativePath))), as: UTF8.self)
    }

    /// Whether something, also a dangling symlink, is there.
    package func exists(_ relativePath: String) -> Bool {
        (try? FileManager.default.attributesOfItem(atPath: path(of: relativePath))) != nil
    }

    /// Deletes the folder and all that is in it; harmless when called again.
    package func remove() {
        let isFirst = isRemoved.withLock { isRemoved in
            defer { isRemoved = true }
            return !isRemoved
        }
        if isFirst { try? FileManager.default.removeItem(atPath: path) }
    }

    private static var parent: String {
        let memory = "/dev/shm"
        return FileManager.default.isWritableFile(atPath: memory) ? memory : FileManager.default.temporaryDirectory.path
    }
}
