import Foundation
import MoonshiftTestSupport
import Testing
import Workspaces

@Suite struct RepositoryTests {
    @Test(arguments: ["HEAD", "main", "refs/heads/main", "v1", "HEAD~1", "short"])
    func revisionsResolveAsGitDoes(revision: String) async throws {
        let git = try await TemporaryRepository(files: ["a": "1\n"])
        try git.write("2\n", to: "a")
        let second = try await git.commit("second")
        try await git.git("tag", "-a", "-m", "tag", "v1")
        let repository = try Repository.open(path: git.path)
        let name = revision == "short" ? String(second.prefix(9)) : revision
        let expected = try await git.git("rev-parse", "\(name)^{commit}")
        #expect(try repository.commit(named: name).description == expected)
    }

    @Test func theRepositoryIsFoundFromAFolderInside() async throws {
        let fixture = try await Fixture()
        let inside = try Repository.open(path: fixture.git.path + "/src/util")
        #expect(inside.workTree == fixture.git.path)
        #expect(inside.commonDirectory == fixture.git.path + "/.git")
        #expect(!inside.isBare)
    }

    @Test func aBareRepositoryHasNoWorkTree() async throws {
        let fixture = try await Fixture(isBare: true)
        #expect(fixture.repository.isBare)
        #expect(fixture.repository.workTree == nil)
        #expect(fixture.repository.commonDirectory == fixture.git.path)
        #expect(try await fixture.repository.isDirty() == false)
    }

    @Test func aLinkedWorkTreeHasItsOwnHead() async throws {
        let fixture = try await Fixture()
        let linked = fixture.git.directory.path(of: "linked")
        try await fixture.git.git("worktree", "add", "-q", "-b", "side", linked)
        let other = try fixture.commit(["new": .text("1")])
        try await fixture.git.git("update-ref", "refs/heads/side", "\(other)")
        let repository = try Repository.open(path: linked)
        #expect(try repository.commit(named: "HEAD") == other)
        #expect(repository.commonDirectory == fixture.repository.commonDirectory)
        #expect(repository.workTree == linked)
    }

    @Test func aFolderOutsideOfAnyRepositoryIsRefused() throws {
        let folder = try TemporaryDirectory("plain")
        #expect(throws: RepositoryError.notARepository(path: folder.path)) { try Repository.open(path: folder.path) }
    }

    @Test func aRepositoryWithoutCommitsSaysSo() async throws {
        let git = try await TemporaryRepository()
        let repository = try Repository.open(path: git.path)
        #expect(throws: RepositoryError.emptyRepository(path: repository.gitDirectory)) {
            try repository.commit(named: "HEAD")
        }
    }

    @Test func anUnknownRevisionIsNamed() async throws {
        let fixture = try await Fixture()
        #expect(throws: RepositoryError.revisionNotFound(revision: "nowhere")) {
            try fixture.repository.commit(named: "nowhere")
        }
        #expect(throws: RepositoryError.notACommit(revision: "HEAD:src")) {
            try fixture.repository.commit(named: "HEAD:src")
        }
    }

    @Test func aRepositoryOfLongHashesIsRefused() async throws {
        let folder = try TemporaryDirectory("sha256")
        let made = try await TemporaryRepository()
        try await made.git("init", "-q", "--object-format=sha256", folder.path)
        #expect(throws: RepositoryError.sha256Repository(path: folder.path)) { try Repository.open(path: folder.path) }
    }

    @Test func aRepositoryWithWorktreeConfigurationOpens() async throws {
        let fixture = try await Fixture()
        try await fixture.git.git("config", "core.repositoryformatversion", "1")
        try await fixture.git.git("config", "extensions.worktreeConfig", "true")
        #expect(try Repository.open(path: fixture.git.path).commit(named: "HEAD") == fixture.head)
    }

    @Test func missingObjectsAndWrongKindsAreToldApart() async throws {
        let fixture = try await Fixture()
        let missing = try #require(ObjectID(hex: String(repeating: "ab", count: 20)))
        #expect(throws: RepositoryError.objectMissing(missing)) { try fixture.repository.tree(of: missing) }
        #expect(throws: RepositoryError.objectMissing(missing)) { try fixture.repository.read(blob: missing) }
        #expect(throws: RepositoryError.objectMissing(missing)) { try fixture.repository.entries(in: missing) }
        let blob = try fixture.repository.write(blob: "x".bytes)
        #expect(throws: RepositoryError.self) { try fixture.repository.tree(of: blob) }
    }

    @Test func anEditedWorkTreeIsDirtyAndStaysAsItIs() async throws {
        let fixture = try await Fixture()
        #expect(try await fixture.repository.isDirty() == false)
        try fixture.git.write("changed\n", to: "README.md")
        let before = try await fixture.usersView()
        #expect(try await fixture.repository.isDirty())
        #expect(try await fixture.usersView() == before)
    }

    @Test func theFileSystemMonitorOfTheRepositoryDoesNotRun() async throws {
        let fixture = try await Fixture()
        let trap = fixture.git.directory.path(of: "ran")
        try await fixture.git.git("config", "core.fsmonitor", "touch \(trap); false")
        _ = try await fixture.repository.isDirty()
        #expect(!fixture.git.directory.exists("ran"))
    }

    @Test func commitsAreWhatGitWouldWrite() async throws {
        let fixture = try await Fixture()
        let id = try fixture.commit(["src/new.py": .text("y = 2\n")], message: "Add new\n\nBody\n")
        let body = try await fixture.git.git("cat-file", "commit", "\(id)")
        let tree = try fixture.repository.tree(of: id)
        #expect(
            body == """
                tree \(tree)
                parent \(fixture.head)
                author A. Uthor <author@example.com> 1700000000 +0000
                committer A. Uthor <author@example.com> 1700000000 +0000

                Add new

                Body
                """)
        #expect(try fixture.repository.parents(of: id) == [fixture.head])
        #expect(try fixture.repository.isAncestor(fixture.head, of: id))
        #expect(try fixture.repository.isAncestor(id, of: fixture.head) == false)
    }

    @Test(arguments: ["", "a<b", "line\nbreak"])
    func aNameThatBreaksACommitIsRefused(name: String) async throws {
        let fixture = try await Fixture()
        #expect(throws: RepositoryError.invalidSignature(name: name, email: "e@x")) {
            try fixture.repository.commit(
                tree: fixture.tree, parents: [], message: "m", author: Signature(name: name, email: "e@x", time: 0))
        }
    }

    @Test func objectNamesReadAndPrintAsHex() throws {
        let text = "0123456789abcdef0123456789abcdef01234567"
        let id = try #require(ObjectID(hex: text.uppercased()))
        #expect(id.description == text)
        #expect(ObjectID(hex: text + "0") == nil)
        #expect(ObjectID(hex: "xyz") == nil)
        #expect(try JSONDecoder().decode([ObjectID].self, from: JSONEncoder().encode([id])) == [id])
        #expect(ObjectID.blob(of: "hello\n".bytes).description == "ce013625030ba8dba906f756967f9e9ca394464a")
    }
}
