import Foundation
import Glibc

/// Reads the bytes of a file that a user named.
package enum DocumentFile {
    /// Reads the file, or as much of it as a document may have.
    ///
    /// - Parameters:
    ///   - path: Absolute, or relative to the working directory.
    ///   - limit: Where reading stops, in bytes.
    /// - Returns: The bytes; of a longer file one byte more than `limit`, for ``DocumentReader`` to refuse.
    /// - Throws: ``DocumentFileError``, also for a folder, a device or a pipe, which could be endless.
    package static func bytes(
        path: String, limit: Int = DocumentLimits().sizeInBytes
    ) throws(DocumentFileError) -> [UInt8] {
        // Not blocking, because opening a named pipe would wait for a writer before we can see what it is.
        let descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
        guard descriptor >= 0 else { throw DocumentFileError(path: path, code: errno) }
        let handle = FileHandle(fileDescriptor: descriptor, closeOnDealloc: true)
        var status = stat()
        guard fstat(descriptor, &status) == 0 else { throw DocumentFileError(path: path, code: errno) }
        let kind = status.st_mode & S_IFMT
        guard kind == S_IFREG else {
            throw DocumentFileError(path: path, cause: kind == S_IFDIR ? "it is a folder" : "it is no regular file")
        }
        do {
            return Array(try handle.read(upToCount: limit + 1) ?? Data())
        } catch {
            throw DocumentFileError(path: path, cause: error.localizedDescription)
        }
    }
}

/// Why the bytes of a file could not be had.
package struct DocumentFileError: CustomStringConvertible, Equatable, Error {
    package let path: String
    /// In words, such as `there is no such file`.
    package let cause: String

    package init(path: String, cause: String) {
        self.path = path
        self.cause = cause
    }

    init(path: String, code: Int32) {
        let isMissing = code == ENOENT || code == ENOTDIR
        self.init(path: path, cause: isMissing ? "there is no such file" : String(cString: strerror(code)))
    }

    package var description: String {
        "cannot read \(path): \(cause)"
    }
}
