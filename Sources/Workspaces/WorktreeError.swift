import Glibc

/// Why a worktree of the pool could not be had.
package enum WorktreeError: Error, Equatable, Sendable {
    /// - Parameter code: The system's error number.
    case fileSystem(_ operation: String, path: String, code: Int32)
    /// Another process works in the same root.
    case rootInUse(path: String)
    case shutDown
}

extension WorktreeError: CustomStringConvertible {
    package var description: String {
        switch self {
        case .fileSystem(let operation, let path, let code):
            // SAFETY: the text is static or this thread's, and copied at once.
            "cannot \(operation) (\(path)): \(String(cString: strerror(code)))"
        case .rootInUse(let path):
            "the worktrees in \(path) belong to another run that is still alive; wait for it or name another folder."
        case .shutDown:
            "the worktree pool is shut down."
        }
    }
}
