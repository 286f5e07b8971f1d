import Foundation
import Ledger
import MoonshiftTestSupport
import SimulatedModel
import Testing
import Vocabulary

/// A repository as people have them: Python, pytest, work in progress.
@Suite(.heavy, .timeLimit(.minutes(5)))
struct PythonRepositoryTests {
    @Test func exactlyTheSolvableLandsAndTheUsersOwnStaysAsItIs() async throws {
        let project = try await Project(DemoRepository(language: .python, features: 32, batches: 3, seed: 5))
        try await project.expectRun(faults: .usual)
    }

    @Test func aDirtyTreeIsNoPartOfItAndStaysAsItIs() async throws {
        let project = try await Project(DemoRepository(language: .python, features: 4, batches: 2, seed: 2))
        let solution = try #require(project.files.solutions.first { project.files.files[$0.sourcePath] != nil })
        try project.repository.write("this is no Python (\n", to: solution.sourcePath)
        try project.repository.write("print('mine')\n", to: "scratch/notes.py")
        try project.repository.write("staged\n", to: "staged.txt")
        try await project.repository.git("add", "staged.txt")
        try project.repository.write("staged, then changed\n", to: "staged.txt")
        try await project.expectRun(faults: .none)
    }

    @Test func aBareRepositoryTakesAPlanFromElsewhere() async throws {
        let project = try await Project(
            DemoRepository(language: .python, features: 4, batches: 2, seed: 3), isBare: true)
        let plan = try project.repository.directory.write(project.files.planText, to: "plan.yaml")
        try await project.expectRun(["--plan", plan], faults: .none)
    }
}

extension Project {
    /// Runs the plan, and expects that what can be solved landed green and that nothing of the user's changed.
    fileprivate func expectRun(_ more: [String] = [], faults: FaultProfile) async throws {
        try await withServer(faults: faults) { server in
            let before = try await UserState(of: self)
            let ending = try await moonshift("run", ["--model", Self.model] + more, server: server)
            let neverSolved = server.neverSolved
            #expect(ending.process.exitCode == (neverSolved.isEmpty ? 0 : 1), "\(ending.process.standardError)")
            #expect(ending.summary["failed_features"]?.mapValue?.keys.sorted() == neverSolved.map(\.rawValue))
            try await expectUnchanged(before)
            try await history.expectLandings(of: solvable(by: server), run: ending.run)
            try await history.expectHonestTests()
            let events = try await events(of: ending.run)
            let tips = events.compactMap { event -> String? in
                guard case .landed(let body) = event.body else { return nil }
                return body.newTip
            }
            try await history.expectGreen(Set(tips))
        }
    }

    private func expectUnchanged(_ before: UserState) async throws {
        let after = try await UserState(of: self)
        #expect(after.status == before.status)
        #expect(after.refs == before.refs)
        #expect(after.worktrees == before.worktrees)
        #expect(after.gitFiles == before.gitFiles)
        #expect(after.files == before.files)
    }
}

/// All of a repository that is the user's, byte by byte.
private struct UserState {
    /// HEAD, index, configuration and what else lies beside them in git's folder.
    var gitFiles: [String: Data] = [:]
    var status: String?
    /// Every ref but the program's own, with what it points to.
    var refs: [String]
    var worktrees: String
    var files: [String: Data] = [:]

    init(of project: Project) async throws {
        // git itself rewrites the index when it may; the bytes are read before it is asked anything.
        for name in ["HEAD", "index", "config", "packed-refs", "info/exclude", "description", "COMMIT_EDITMSG"] {
            gitFiles[name] = FileManager.default.contents(atPath: "\(project.gitDirectory)/\(name)")
        }
        for name in try FileManager.default.contentsOfDirectory(atPath: "\(project.gitDirectory)/hooks") {
            gitFiles["hooks/\(name)"] = FileManager.default.contents(atPath: "\(project.gitDirectory)/hooks/\(name)")
        }
        let repository = project.repository
        refs = try await repository.git("for-each-ref", "--format=%(refname) %(objectname)")
            .split(separator: "\n").map(String.init)
            .filter { !$0.hasPrefix("refs/heads/moonshift/") && !$0.hasPrefix("refs/moonshift/") }
        worktrees = try await repository.git("worktree", "list", "--porcelain")
        guard !repository.isBare else { return }
        status = try await repository.git("--no-optional-locks", "status", "--porcelain")
        let root = URL(fileURLWithPath: repository.path)
        let paths = FileManager.default.enumerator(atPath: root.path)?.compactMap { $0 as? String } ?? []
        for path in paths where path != ".git" && !path.hasPrefix(".git/") {
            files[path] = FileManager.default.contents(atPath: root.appending(path: path).path) ?? Data()
        }
    }
}
