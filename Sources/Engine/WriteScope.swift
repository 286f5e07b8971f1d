package import Plans
import Vocabulary
import Workspaces

/// Which paths a feature may change, and when.
package struct WriteScope: Sendable {
    /// What no worker may ever change: how Moonshift decides, and git's own files.
    package static let forbidden = [".git", ".git/**", "**/.git/**", "recipes/**", "plugins/**", "moonshift.lock"]

    private let feature: Feature
    private let globs: [String]

    package init(feature: Feature, settings: RunSettings) {
        self.feature = feature
        self.globs = settings.writableGlobs
    }

    /// The paths that the worker of a stage may write: the test file in stage `test`, the source file in all others.
    package func writablePaths(in stage: String) -> [String] {
        stage == "test" ? [feature.testPath].compactMap(\.self) : [feature.filePath] + globs
    }

    /// Whether the path may be part of the feature's finished change.
    package func mayTouch(_ path: String) -> Bool {
        guard !Self.forbidden.contains(where: { PathGlob($0).matches(path) }) else { return false }
        return path == feature.filePath || path == feature.testPath || globs.contains { PathGlob($0).matches(path) }
    }
}
