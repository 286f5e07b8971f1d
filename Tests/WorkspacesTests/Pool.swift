import CommandRunner
import Foundation
import MoonshiftTestSupport
import Testing
import Workspaces

/// A fixture with a pool in a folder beside the repository.
struct Pool: Sendable {
    static let commands = CommandRunner(sandbox: .uncaged)

    let fixture: Fixture
    let root: String
    let worktrees: WorktreePool

    init(size: Int = 1, isBare: Bool = false, files: [String: String] = Fixture.files) async throws {
        fixture = try await Fixture(isBare: isBare, files: files)
        root = fixture.git.directory.path(of: "slots")
        worktrees = try WorktreePool(repository: fixture.repository, root: root, size: size, commands: Self.commands)
    }

    /// Leases a worktree for a shell script, uncaged, and returns what the script printed.
    @discardableResult
    func run(_ script: String, tree: ObjectID? = nil, changes: [String: FileChange] = [:]) async throws -> String {
        try await worktrees.withWorktree(tree ?? fixture.tree, changes: changes) { worktree in
            try await Self.run(script, worktree)
        }
    }

    @discardableResult
    static func run(_ script: String, _ worktree: Worktree) async throws -> String {
        let result = try await runProcess(
            ["sh", "-c", script],
            environment: [
                "PATH": "/usr/bin:/bin", "SCRATCH": worktree.scratch, "GIT_CONFIG_GLOBAL": "/dev/null",
                "HOME": worktree.scratch,
            ], directory: worktree.path)
        try #require(result.exitCode == 0, "\(result.standardError)")
        return result.output
    }

    /// What a fresh lease of `tree` has on disk.
    func disk(_ tree: ObjectID? = nil, changes: [String: FileChange] = [:]) async throws -> [String: String] {
        try await worktrees.withWorktree(tree ?? fixture.tree, changes: changes) { try filesOnDisk($0.path) }
    }
}
