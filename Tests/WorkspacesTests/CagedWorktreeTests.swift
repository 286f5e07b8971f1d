import CommandRunner
import MoonshiftTestSupport
import Testing
import Workspaces

@Suite struct CagedWorktreeTests {
    @Test(.timeLimit(.minutes(1)), .enabled(if: ProgramFinder.find("bwrap") != nil))
    func aCagedCommandWorksInASlotButCannotTouchGit() async throws {
        let pool = try await Pool()
        let runner = CommandRunner(sandbox: try await Sandbox.select(.bubblewrap))
        let script = """
            echo new > made; echo edited > README.md; echo s > $SCRATCH/s; cat README.md; git rev-parse --git-dir
            rm -f .git 2>/dev/null; echo x > .git 2>/dev/null; git update-ref refs/heads/main 0 2>/dev/null; true
            """
        let result = try await pool.worktrees.withWorktree(pool.fixture.tree) { worktree in
            try await runner.run(
                Command(
                    arguments: ["sh", "-c", script], directory: worktree.path,
                    environment: ["PATH": "/usr/bin:/bin", "SCRATCH": worktree.scratch],
                    writablePaths: [worktree.path, worktree.scratch], readOnlyPaths: worktree.gitPaths))
        }
        #expect(result.isSuccess, "\(result.text)")
        #expect(result.text.hasPrefix("edited\n\(pool.fixture.repository.commonDirectory)/worktrees/"))
        #expect(try await pool.disk() == Fixture.files)
        #expect(try pool.fixture.repository.commit(named: "main") == pool.fixture.head)
        await pool.worktrees.shutdown()
    }
}
