import Foundation

/// The folder of one test command: what the host puts there and reads back, never through a link.
struct ScratchFolder {
    let path: String

    /// - Throws: ``ScratchError`` for a name with a slash, or when the file cannot be written.
    func write(_ name: String, _ content: String) throws {
        guard Self.isPlain(name) else { throw ScratchError.badName(name) }
        let descriptor = open("\(path)/\(name)", O_WRONLY | O_CREAT | O_TRUNC | O_NOFOLLOW | O_CLOEXEC, 0o644)
        guard descriptor >= 0 else { throw ScratchError.cannotWrite(name, String(cString: strerror(errno))) }
        defer { close(descriptor) }
        var rest = Array(content.utf8)[...]
        while !rest.isEmpty {
            let written = rest.withUnsafeBytes { Foundation.write(descriptor, $0.baseAddress, $0.count) }
            guard written > 0 else { throw ScratchError.cannotWrite(name, String(cString: strerror(errno))) }
            rest = rest.dropFirst(written)
        }
    }

    /// The beginning of a plain file that the command left; nil when there is none, or something else in its place.
    func read(_ name: String, limitInBytes: Int) -> String? {
        guard Self.isPlain(name) else { return nil }
        let descriptor = open("\(path)/\(name)", O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC)
        guard descriptor >= 0 else { return nil }
        defer { close(descriptor) }
        var status = stat()
        guard fstat(descriptor, &status) == 0, status.st_mode & S_IFMT == S_IFREG else { return nil }
        var bytes: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: 65_536)
        while bytes.count < limitInBytes {
            let count = buffer.withUnsafeMutableBytes { Foundation.read(descriptor, $0.baseAddress, $0.count) }
            guard count > 0 else { break }
            bytes += buffer[..<count]
        }
        return String(decoding: bytes.prefix(limitInBytes), as: UTF8.self)
    }

    private static func isPlain(_ name: String) -> Bool {
        !name.isEmpty && !name.contains("/") && name != "." && name != ".."
    }
}

/// A toolchain's file could not be put beside the tests.
package enum ScratchError: Error, Equatable, CustomStringConvertible, Sendable {
    case badName(String)
    case cannotWrite(String, String)

    package var description: String {
        switch self {
        case .badName(let name): "a toolchain's file must have a plain name, not '\(name)'"
        case .cannotWrite(let name, let reason): "cannot write \(name) for the test command: \(reason)"
        }
    }
}
