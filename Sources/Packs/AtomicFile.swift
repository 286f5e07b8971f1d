import Foundation
import Glibc

/// Replaces a small file whole: readers see the old or the new content, also after a power cut.
enum AtomicFile {
    /// Runs `content` while no other process changes the same file, and puts what it returns in place of the file.
    ///
    /// Missing folders are made for the user alone; the file is readable by the user alone.
    static func update(path: String, content: () throws(TrustError) -> [UInt8]) throws(TrustError) {
        // People keep their settings elsewhere and link to them; the link must stay.
        let target = URL(fileURLWithPath: path).resolvingSymlinksInPath().path
        let folder = URL(fileURLWithPath: target).deletingLastPathComponent().path
        do {
            try FileManager.default.createDirectory(
                atPath: folder, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
        } catch {
            throw .cannotWrite(path: path, cause: error.localizedDescription)
        }
        let lock = open("\(target).lock", O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0o600)
        guard lock >= 0 else { throw systemError(path) }
        defer { close(lock) }
        // Held for the microseconds of one rewrite, and let go by the kernel if the holder dies.
        while flock(lock, LOCK_EX) != 0 { guard errno == EINTR else { throw systemError(path) } }
        let temporary = "\(target).\(getpid()).new"
        do throws(TrustError) {
            try write(try content(), to: temporary, for: path)
            guard rename(temporary, target) == 0 else { throw systemError(path) }
        } catch {
            unlink(temporary)
            throw error
        }
        synchronize(folder)
    }

    private static func write(_ bytes: [UInt8], to temporary: String, for path: String) throws(TrustError) {
        let descriptor = open(temporary, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW, 0o600)
        guard descriptor >= 0 else { throw systemError(path) }
        defer { close(descriptor) }
        var rest = bytes[...]
        while !rest.isEmpty {
            let count = rest.withUnsafeBytes { Glibc.write(descriptor, $0.baseAddress, $0.count) }
            if count > 0 { rest = rest.dropFirst(count) } else if errno != EINTR { throw systemError(path) }
        }
        guard fsync(descriptor) == 0 else { throw systemError(path) }
    }

    /// Makes the new name durable; the content is already.
    private static func synchronize(_ folder: String) {
        let descriptor = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        guard descriptor >= 0 else { return }
        fsync(descriptor)
        close(descriptor)
    }

    private static func systemError(_ path: String) -> TrustError {
        .cannotWrite(path: path, cause: String(cString: strerror(errno)))
    }
}
