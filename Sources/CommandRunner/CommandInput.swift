import Foundation
import Glibc
import SystemPackage

/// Standard input of a command as a nameless file.
///
/// A pipe would need a task that feeds it, and would fail when the command ends without reading.
enum CommandInput {
    /// - Returns: A descriptor to read from; whoever gets it closes it.
    static func open(_ bytes: [UInt8]) throws -> FileDescriptor {
        guard !bytes.isEmpty else { return try FileDescriptor.open("/dev/null", .readOnly, options: .closeOnExec) }
        var name = Array("\(NSTemporaryDirectory())/moonshift-input-XXXXXX".utf8CString)
        let raw = mkstemp(&name)
        guard raw >= 0 else { throw Errno(rawValue: errno) }
        unlink(name)
        _ = fcntl(raw, F_SETFD, FD_CLOEXEC)
        let file = FileDescriptor(rawValue: raw)
        do {
            try file.writeAll(bytes)
            try file.seek(offset: 0, from: FileDescriptor.SeekOrigin.start)
            return file
        } catch {
            try? file.close()
            throw error
        }
    }
}
