import Glibc
import Synchronization

/// The right of one process to use a folder, which ends with the process at the latest.
final class RootLock: Sendable {
    private let descriptor: Mutex<Int32>

    /// - Throws: ``WorktreeError/rootInUse(path:)`` when somebody has it.
    init(folder: String) throws(WorktreeError) {
        let path = folder + "/moonshift.lock"
        let descriptor = open(path, O_RDWR | O_CREAT | O_NOFOLLOW | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else { throw .fileSystem("open a lock file", path: path, code: errno) }
        guard flock(descriptor, LOCK_EX | LOCK_NB) == 0 else {
            close(descriptor)
            throw .rootInUse(path: folder)
        }
        self.descriptor = Mutex(descriptor)
    }

    deinit {
        unlock()
    }

    /// Harmless when called again.
    func unlock() {
        descriptor.withLock { descriptor in
            guard descriptor >= 0 else { return }
            // A child process that is just being started may still hold the descriptor: closing alone would not unlock.
            flock(descriptor, LOCK_UN)
            close(descriptor)
            descriptor = -1
        }
    }
}
