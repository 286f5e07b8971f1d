import Foundation
package import Vocabulary

/// Who owns a ledger.
package struct Owner: Codable, CustomStringConvertible, Equatable, Sendable {
    package var pid: Int32
    package var host: String
    /// The run that it works on; nil when it is none.
    package var run: RunID?
    /// When it took the ledger, in milliseconds since 1970 in UTC.
    package var since: Int64

    package var description: String {
        let work = run.map { ", run \($0)" } ?? ""
        return "process \(pid) on \(host)\(work), since \(UTCTime.string(since))"
    }
}

/// The right to spend the budget of a ledger and to move its refs; one process has it at a time.
///
/// The operating system takes it back when the process dies, so there is nothing to clean up after a crash. Child processes
/// do not inherit it.
package final class OwnerLock: Sendable {
    private let descriptor: Int32

    private init(descriptor: Int32) {
        self.descriptor = descriptor
    }

    deinit {
        // The name of the next owner must not stand beside this one's.
        ftruncate(descriptor, 0)
        // A child process that is just being started may still hold the descriptor: closing alone would not unlock.
        flock(descriptor, LOCK_UN)
        close(descriptor)
    }

    /// Takes the lock of the ledger in a folder; it is held until the object goes away.
    ///
    /// - Parameters:
    ///   - directory: The ledger's folder, which must exist; the lock file is `owner.lock` in it.
    ///   - run: The run that is worked on, for the message that others get.
    ///   - time: Now, in milliseconds since 1970 in UTC.
    /// - Returns: The lock; whoever holds the object owns the ledger.
    /// - Throws: ``LedgerError/owned(path:by:)`` when another process has it, ``LedgerError/cannotOpen(path:reason:)``.
    package static func acquire(
        directory: String, run: RunID? = nil, time: Int64 = UTCTime.now()
    ) throws(LedgerError) -> OwnerLock {
        let path = path(in: directory)
        let descriptor = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else { throw .cannotOpen(path: path, reason: String(cString: strerror(errno))) }
        guard lock(descriptor) else {
            let failure = errno
            let owner = read(path)
            close(descriptor)
            guard failure == EWOULDBLOCK else {
                throw .cannotOpen(path: path, reason: String(cString: strerror(failure)))
            }
            throw .owned(path: path, by: owner ?? Owner(pid: 0, host: "an unknown host", run: nil, since: time))
        }
        write(Owner(pid: getpid(), host: hostName(), run: run, since: time), to: descriptor)
        return OwnerLock(descriptor: descriptor)
    }

    /// The process that owns the ledger in a folder now; nil when nobody does.
    package static func owner(directory: String) -> Owner? {
        let path = path(in: directory)
        let descriptor = open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { return nil }
        defer { close(descriptor) }
        return flock(descriptor, LOCK_SH | LOCK_NB) == 0 ? nil : read(path)
    }

    private static func path(in directory: String) -> String {
        "\(directory)/owner.lock"
    }

    /// Tries a few times, because ``owner(directory:)`` holds the lock for a moment to look at it.
    private static func lock(_ descriptor: Int32) -> Bool {
        for attempt in 0..<5 {
            if flock(descriptor, LOCK_EX | LOCK_NB) == 0 { return true }
            guard errno == EWOULDBLOCK, attempt < 4 else { return false }
            usleep(2000)
        }
        return false
    }

    private static func write(_ owner: Owner, to descriptor: Int32) {
        guard let bytes = try? JSONEncoder().encode(owner) else { return }
        ftruncate(descriptor, 0)
        // Without the text the lock still holds; only its message is poorer.
        _ = bytes.withUnsafeBytes { pwrite(descriptor, $0.baseAddress, $0.count, 0) }
        fsync(descriptor)
    }

    private static func read(_ path: String) -> Owner? {
        FileManager.default.contents(atPath: path).flatMap { try? JSONDecoder().decode(Owner.self, from: $0) }
    }

    private static func hostName() -> String {
        var name = [CChar](repeating: 0, count: 256)
        gethostname(&name, name.count - 1)
        return String(decoding: name.prefix { $0 != 0 }.map(UInt8.init(bitPattern:)), as: UTF8.self)
    }
}
