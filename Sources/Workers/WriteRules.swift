import Vocabulary
import Workspaces

/// Which paths a stage may write, and the words to refuse the others with.
package struct WriteRules: Sendable {
    private let writable: Set<String>
    private let writableGlobs: [PathGlob]
    private let protectedPaths: Set<String>
    private let protectedGlobs: [PathGlob]

    /// What no worker may ever change, whatever the recipe says: how Moonshift decides, and git's own files.
    package static let forbidden = [
        "recipes/**", "plugins/**", "moonshift.lock", "**/moonshift.lock", "**/.gitmodules",
    ]
    private static let forbiddenGlobs = forbidden.map { PathGlob($0) }

    package init(writablePaths: [String], protectedGlobs: [String]) {
        writable = Set(writablePaths)
        // A plain path may hold brackets, as the routes of some web frameworks do; it is no pattern for others.
        writableGlobs = writablePaths.filter { $0.contains { "*?{".contains($0) } }.map { PathGlob($0) }
        protectedPaths = Set(protectedGlobs)
        self.protectedGlobs = protectedGlobs.map { PathGlob($0) }
    }

    /// Why the path may not be written; nil when it may. What lies at the path is not looked at.
    package func refusal(of path: String) -> String? {
        do {
            _ = try TreePath.components(of: path)
        } catch {
            let reason = if case .invalidPath(_, let reason) = error { reason } else { "\(error)" }
            return "'\(path)' is no path inside the repository: \(reason)"
        }
        if Self.forbiddenGlobs.contains(where: { $0.matches(path) }) {
            return "'\(path)' belongs to the configuration of this run and cannot be changed"
        }
        if protectedPaths.contains(path) || protectedGlobs.contains(where: { $0.matches(path) }) {
            return
                "'\(path)' is frozen: the feature is judged by it. Make the tests pass by changing the feature's own files"
        }
        guard writable.contains(path) || writableGlobs.contains(where: { $0.matches(path) }) else {
            return "'\(path)' does not belong to this step. It may write only: \(summary)"
        }
        return nil
    }

    /// The writable paths for a model to read, sorted.
    package var summary: String {
        writable.isEmpty ? "nothing" : writable.sorted().joined(separator: ", ")
    }
}
