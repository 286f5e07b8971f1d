import Landing
import MoonshiftTestSupport
import Testing
import Vocabulary
import Workspaces

@Suite struct FoldTests {
    private let author = Signature(name: "Tester", email: "tester@localhost", time: 1_700_000_000)

    @Test func candidatesOfOneBaseBecomeOneCommitEachInOrder() async throws {
        let fixture = try await Fixture(["a.txt": "1\n", "b.txt": "1\n"])
        let first = try fixture.candidate("first", ["a.txt": "2\n"])
        let second = try fixture.candidate("second", ["new/c.txt": "3\n"])
        let fold = try await Fold.make([first, second], onto: fixture.base, in: fixture.repository, author: author)
        #expect(fold.entries.map(\.feature) == ["first", "second"])
        #expect(fold.conflicts.isEmpty)
        #expect(try fixture.repository.parents(of: fold.tip) == [fold.entries[0].commit])
        #expect(try fixture.repository.parents(of: fold.entries[0].commit) == [fixture.base])
        #expect(try fixture.text("a.txt", in: fold.tree) == "2\n")
        #expect(try fixture.text("new/c.txt", in: fold.tree) == "3\n")
        #expect(try fixture.text("b.txt", in: fold.tree) == "1\n")
    }

    @Test func changesOfDistantLinesOfOneFileMerge() async throws {
        let lines = (1...20).map { "line \($0)\n" }
        let fixture = try await Fixture(["a.txt": lines.joined()])
        var top = lines
        top[0] = "top\n"
        var bottom = lines
        bottom[19] = "bottom\n"
        let candidates = [
            try fixture.candidate("t", ["a.txt": top.joined()]), try fixture.candidate("b", ["a.txt": bottom.joined()]),
        ]
        let fold = try await Fold.make(candidates, onto: fixture.base, in: fixture.repository, author: author)
        var both = top
        both[19] = "bottom\n"
        #expect(try fixture.text("a.txt", in: fold.tree) == both.joined())
        #expect(fold.entries.count == 2)
    }

    @Test func aConflictInsideTheFoldIsDeferredAndTheRestStays() async throws {
        let fixture = try await Fixture(["a.txt": "1\n", "b.txt": "1\n"])
        let candidates = [
            try fixture.candidate("x", ["a.txt": "2\n"]), try fixture.candidate("y", ["a.txt": "3\n"]),
            try fixture.candidate("z", ["b.txt": "4\n"]),
        ]
        let fold = try await Fold.make(candidates, onto: fixture.base, in: fixture.repository, author: author)
        #expect(fold.entries.map(\.feature) == ["x", "z"])
        #expect(fold.deferred == ["y"])
        #expect(fold.conflicts.isEmpty)
        #expect(try fixture.text("a.txt", in: fold.tree) == "2\n")
        #expect(try fixture.text("b.txt", in: fold.tree) == "4\n")
        #expect(fold.prefix(1).tip == fold.entries[0].commit)
        #expect(try fixture.text("b.txt", in: fold.prefix(1).tree) == "1\n")
        #expect(fold.prefix(0).tip == fixture.base)
    }

    @Test func aConflictWithTheTipNamesItsPaths() async throws {
        let fixture = try await Fixture(["a.txt": "1\n", "b.txt": "1\n"])
        let landed = try fixture.candidate("x", ["a.txt": "2\n"])
        let candidates = [try fixture.candidate("z", ["b.txt": "4\n"]), try fixture.candidate("y", ["a.txt": "3\n"])]
        let fold = try await Fold.make(
            candidates, onto: landed.commit, in: fixture.repository, author: author)
        #expect(fold.entries.map(\.feature) == ["z"])
        #expect(fold.conflicts == ["y": ["a.txt"]])
        #expect(fold.deferred.isEmpty)
    }

    private struct Fixture {
        let files: TemporaryRepository
        let repository: Repository
        let base: ObjectID

        init(_ content: [String: String]) async throws {
            files = try await TemporaryRepository(files: content)
            repository = try Repository.open(path: files.path)
            base = try repository.commit(named: "HEAD")
        }

        func candidate(_ feature: FeatureID, _ content: [String: String]) throws -> Candidate {
            let changes = content.mapValues { FileChange.write(Array($0.utf8), isExecutable: nil) }
            let tree = try repository.tree(try repository.tree(of: base), applying: changes)
            let author = Signature(name: "Tester", email: "tester@localhost", time: 1_700_000_000)
            let commit = try repository.commit(
                tree: tree, parents: [base], message: "\(feature)\n", author: author)
            return Candidate(
                feature: feature, attempt: 1, base: base, commit: commit, tree: tree, message: "\(feature)\n",
                judgements: [])
        }

        func text(_ path: String, in tree: ObjectID) throws -> String? {
            try repository.read(path, in: tree).map { String(decoding: $0, as: UTF8.self) }
        }
    }
}
