import MoonshiftTestSupport
import Testing
import Workspaces

@Suite struct MergeTests {
    private static let base = [
        "shared": "1\n2\n3\n4\n5\n6\n7\n8\n9\n", "left": "l\n", "right": "r\n", "d/one": "1\n", "d/two": "2\n",
    ]

    private static let cases: [(ours: [String: FileChange], theirs: [String: FileChange])] = [
        (["left": .text("L\n")], ["right": .text("R\n")]),
        (["d/one": .delete], ["d/three": .text("3\n")]),
        (["d/one": .delete, "d/two": .delete], ["new/x": .text("x\n")]),
        (["same": .text("same\n")], ["same": .text("same\n"), "more": .text("more\n")]),
        (["shared": .text("one\n2\n3\n4\n5\n6\n7\n8\n9\n")], ["shared": .text("1\n2\n3\n4\n5\n6\n7\n8\nnine\n")]),
        (["shared": .text("ours\n")], ["shared": .text("theirs\n")]),
        (["left": .delete], ["left": .text("edited\n")]),
        (["n": .text("a\n")], ["n": .text("b\n")]),
        (["n": .text("a\n")], ["n/inner": .text("b\n")]),
        ([:], ["right": .text("R\n")]),
    ]

    @Test(arguments: cases.indices)
    func mergingGivesWhatTheGitProgramGives(index: Int) async throws {
        let fixture = try await Fixture(files: Self.base)
        let ours = try fixture.commit(Self.cases[index].ours)
        let theirs = try fixture.commit(Self.cases[index].theirs)
        let outcome = try await fixture.repository.merge(base: fixture.head, ours: ours, theirs: theirs)
        let trees = try await fixture.repository.merge(
            base: fixture.tree, ours: try fixture.repository.tree(of: ours),
            theirs: try fixture.repository.tree(of: theirs))
        #expect(outcome == trees)
        switch outcome {
        case .clean(let tree):
            let expected = try await fixture.git.git("merge-tree", "--write-tree", "\(ours)", "\(theirs)")
            #expect(tree.description == expected.split(separator: "\n").first.map(String.init))
        case .conflicted(let paths, let tree):
            await #expect(throws: TemporaryRepository.GitFailure.self) {
                try await fixture.git.git("merge-tree", "--write-tree", "\(ours)", "\(theirs)")
            }
            #expect(!paths.isEmpty)
            _ = try fixture.repository.entries(in: tree)
        }
        #expect(try await fixture.git.git("fsck", "--no-dangling") == "")
    }

    @Test func aConflictNamesItsPathsAndKeepsTheMarkers() async throws {
        let fixture = try await Fixture(files: Self.base)
        let ours = try fixture.commit(["shared": .text("ours\n"), "left": .text("L\n")])
        let theirs = try fixture.commit(["shared": .text("theirs\n"), "right": .text("R\n")])
        let outcome = try await fixture.repository.merge(base: fixture.head, ours: ours, theirs: theirs)
        guard case .conflicted(["shared"], let tree) = outcome else {
            Issue.record("unexpected outcome \(outcome)")
            return
        }
        let text = String(decoding: try #require(try fixture.repository.read("shared", in: tree)), as: UTF8.self)
        #expect(text.contains("<<<<<<<") && text.contains("ours") && text.contains("theirs"))
        #expect(try fixture.repository.read("right", in: tree) == "R\n".bytes)
    }

    @Test func changesOfOnePathAreNotCombined() async throws {
        let fixture = try await Fixture(files: Self.base)
        let ours = try fixture.repository.tree(fixture.tree, applying: ["d/one": .text("o\n")])
        let theirs = try fixture.repository.tree(fixture.tree, applying: ["d/one": .text("t\n")])
        let other = try fixture.repository.tree(fixture.tree, applying: ["d/two": .text("t\n")])
        #expect(try fixture.repository.combine(base: fixture.tree, ours: ours, theirs: theirs) == nil)
        let both = try fixture.repository.tree(fixture.tree, applying: ["d/one": .text("o\n"), "d/two": .text("t\n")])
        #expect(try fixture.repository.combine(base: fixture.tree, ours: ours, theirs: other) == both)
        let gone = try fixture.repository.combine(
            base: fixture.tree, ours: fixture.repository.emptyTree(), theirs: fixture.tree)
        #expect(try gone == fixture.repository.emptyTree())
    }

    @Test func lineOrientedFilesKeepTheLinesOfBothSides() async throws {
        let fixture = try await Fixture(files: ["routes": "a\nz\n", "code": "1\n"])
        let ours = try fixture.commit(["routes": .text("a\nb\nz\n"), "new": .text("x\n")])
        let theirs = try fixture.commit(["routes": .text("a\nc\nz\n"), "new": .text("y\n")])
        let outcome = try await fixture.repository.merge(
            base: fixture.head, ours: ours, theirs: theirs, keepsAllLines: { $0 == "routes" || $0 == "new" })
        guard case .clean(let tree) = outcome else {
            Issue.record("unexpected outcome \(outcome)")
            return
        }
        #expect(try fixture.repository.read("routes", in: tree) == "a\nb\nc\nz\n".bytes)
        #expect(try fixture.repository.read("new", in: tree) == "x\ny\n".bytes)
    }

    @Test func oneOtherFileInConflictIsAConflict() async throws {
        let fixture = try await Fixture(files: ["routes": "a\n", "code": "1\n"])
        let ours = try fixture.commit(["routes": .text("b\n"), "code": .text("2\n")])
        let theirs = try fixture.commit(["routes": .text("c\n"), "code": .text("3\n")])
        let outcome = try await fixture.repository.merge(
            base: fixture.head, ours: ours, theirs: theirs, keepsAllLines: { $0 == "routes" })
        guard case .conflicted(let paths, _) = outcome else {
            Issue.record("unexpected outcome \(outcome)")
            return
        }
        #expect(paths == ["code", "routes"])
    }

    @Test func aFileThatOneSideDeletedIsNotJoined() async throws {
        let fixture = try await Fixture(files: ["routes": "a\n"])
        let ours = try fixture.commit(["routes": .delete])
        let theirs = try fixture.commit(["routes": .text("c\n")])
        let outcome = try await fixture.repository.merge(
            base: fixture.head, ours: ours, theirs: theirs, keepsAllLines: { _ in true })
        guard case .conflicted(["routes"], _) = outcome else {
            Issue.record("unexpected outcome \(outcome)")
            return
        }
    }
}
