import Foundation
import Glibc

/// Standard input of a command as a nameless file.
///
/// A pipe would need somebody who feeds it, and would fail when the command ends without reading.
enum CommandInput {
    /// - Returns: A descriptor to read from; whoever gets it closes it.
    static func open(_ bytes: [UInt8]) throws(SystemError) -> Int32 {
        guard !bytes.isEmpty else {
            let nothing = Glibc.open("/dev/null", O_RDONLY | O_CLOEXEC)
            guard nothing >= 0 else { throw .last }
            return nothing
        }
        var name = Array("\(NSTemporaryDirectory())/moonshift-input-XXXXXX".utf8CString)
        let file = mkstemp(&name)
        guard file >= 0 else { throw .last }
        unlink(name)
        _ = fcntl(file, F_SETFD, FD_CLOEXEC)
        var written = 0
        while written < bytes.count {
            let count = bytes.withUnsafeBytes {
                write(file, $0.baseAddress?.advanced(by: written), bytes.count - written)
            }
            guard count > 0 else {
                let error = SystemError.last
                close(file)
                throw error
            }
            written += count
        }
        lseek(file, 0, SEEK_SET)
        return file
    }
}
