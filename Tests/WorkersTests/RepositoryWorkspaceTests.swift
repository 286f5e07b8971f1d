import MoonshiftTestSupport
import Testing
import Vocabulary
import Workers
import Workspaces

@Suite(.timeLimit(.minutes(1)))
struct RepositoryWorkspaceTests {
    @Test
    func itReadsTheObjectsOfACommitAndNotTheWorkingTree() async throws {
        let git = try await TemporaryRepository(files: ["src/a.py": "one\ntwo\n", "b.txt": "two\n"])
        defer { git.directory.remove() }
        try git.write("changed\n", to: "src/a.py")
        let repository = try Repository.open(path: git.path)
        let tree = try repository.tree(of: repository.commit(named: "HEAD"))
        let workspace = RepositoryWorkspace(repository: repository)
        #expect(try await workspace.entries(in: tree).map(\.path) == ["b.txt", "src/a.py"])
        let entry = try #require(try await workspace.entry("src/a.py", in: tree))
        #expect(try await workspace.content(of: entry) == Array("one\ntwo\n".utf8))
        #expect(try await workspace.entry("src/missing.py", in: tree) == nil)
        #expect(try await workspace.entry("src", in: tree) == nil)
        let all = try await workspace.matches(of: TextSearch(text: "two"), in: tree, hiding: [])
        #expect(all.map { "\($0.path):\($0.line)" } == ["b.txt:1", "src/a.py:2"])
        let some = try await workspace.matches(of: TextSearch(text: "two", limit: 1), in: tree, hiding: ["b.txt"])
        #expect(some.map(\.path) == ["src/a.py"])
    }
}
