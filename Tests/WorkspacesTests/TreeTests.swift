import MoonshiftTestSupport
import Testing
import Workspaces

@Suite struct TreeTests {
    @Test func entriesAreThoseOfGitInItsOrder() async throws {
        let fixture = try await Fixture(files: [
            "a.txt": "1", "a/b": "2", "a-b": "3", "a0": "4", "é/ü.txt": "5", "deep/x/y/z": "6",
        ])
        #expect(try fixture.repository.entries(in: fixture.tree) == (try await fixture.listing(fixture.tree)))
    }

    /// What is known of a written tree without reading it is what git reads.
    @Test(arguments: [1, 2, 3] as [UInt64])
    func treesThatWereMadeListAsGitListsThem(seed: UInt64) async throws {
        let fixture = try await Fixture(files: ["a.txt": "1"])
        var numbers = SeededGenerator(seed: seed)
        // Git sorts a folder as if its name ended with a slash.
        let paths = ["a", "a-b", "a.b", "a0", "b/a", "b-/a", "b/b/c", "b0", "c/é", "c/z", "c.c/z", "a.txt", "z"]
        var tree = fixture.tree
        for _ in 0..<25 {
            let chosen = paths.shuffled(using: &numbers).prefix(Int.random(in: 1...4, using: &numbers))
            let changes = chosen.map { path in
                (
                    path,
                    Bool.random(using: &numbers)
                        ? .delete : FileChange.text("\(UInt8.random(in: 0...3, using: &numbers))")
                )
            }
            tree = try fixture.repository.tree(tree, applying: Dictionary(uniqueKeysWithValues: changes))
            #expect(try fixture.repository.entries(in: tree) == (try await fixture.listing(tree)))
        }
    }

    @Test func namesThatCannotBeToldApartAreFound() async throws {
        let fixture = try await Fixture(files: ["a.txt": "1", "\u{E9}.txt": "2"])
        #expect(try fixture.repository.indistinctNames(in: fixture.tree) == [])
        let blob = try fixture.repository.write(blob: "x".bytes)
        let listing = "100644 blob \(blob)\t\u{E9}.txt\0100644 blob \(blob)\te\u{301}.txt\0100644 blob \(blob)\tz.txt\0"
        let output = try await runProcess(
            ["git", "mktree", "-z"], environment: fixture.git.environment, input: listing.bytes,
            directory: fixture.git.path)
        let tree = try #require(ObjectID(hex: String(output.output.prefix(40))))
        #expect(try fixture.repository.indistinctNames(in: tree) == ["\u{E9}.txt"])
    }

    @Test func filesReadAsWritten() async throws {
        let fixture = try await Fixture()
        #expect(try fixture.repository.read("src/util/text.py", in: fixture.tree) == "x = 1\n".bytes)
        #expect(try fixture.repository.read("src/util", in: fixture.tree) == nil)
        #expect(try fixture.repository.read("src/util/text.py/x", in: fixture.tree) == nil)
        #expect(try fixture.repository.read("nowhere", in: fixture.tree) == nil)
        #expect(try fixture.repository.read("", in: fixture.tree) == nil)
    }

    @Test func changesMakeTheTreeThatGitMakes() async throws {
        let fixture = try await Fixture()
        let tree = try fixture.repository.tree(
            fixture.tree,
            applying: [
                "src/main.py": .text("changed\n"), "src/util/deep/er/leaf.txt": .delete, "new/folder/file": .text(""),
                "run.sh": .write("#!/bin/sh\necho\n".bytes, isExecutable: true), "nowhere/at/all": .delete,
            ])
        try fixture.git.write("changed\n", to: "src/main.py")
        try fixture.git.write("", to: "new/folder/file")
        try fixture.git.write("#!/bin/sh\necho\n", to: "run.sh")
        try await fixture.git.git("rm", "-q", "-f", "src/util/deep/er/leaf.txt")
        try await fixture.git.git("add", "--all")
        try await fixture.git.git("update-index", "--chmod=+x", "run.sh")
        #expect(tree.description == (try await fixture.git.git("write-tree")))
        #expect(try await fixture.git.git("fsck", "--strict", "--no-dangling") == "")
    }

    @Test func aWriteKeepsTheModeAndReplacesALink() async throws {
        let fixture = try await Fixture()
        try await fixture.git.git("update-index", "--chmod=+x", "run.sh")
        let link = try fixture.repository.write(blob: "/etc/passwd".bytes)
        try await fixture.git.git("update-index", "--add", "--cacheinfo", "120000,\(link),link")
        let base = try #require(ObjectID(hex: try await fixture.git.git("write-tree")))
        let tree = try fixture.repository.tree(base, applying: ["run.sh": .text("x"), "link": .text("y")])
        #expect(try fixture.repository.entry("run.sh", in: tree)?.mode == .executable)
        #expect(try fixture.repository.entry("link", in: tree)?.mode == .regular)
    }

    @Test func aFolderMayBecomeAFileAndBack() async throws {
        let fixture = try await Fixture(files: ["a/b/c": "1", "a/b/d": "2", "x": "3"])
        let swapped = try fixture.repository.tree(
            fixture.tree,
            applying: [
                "a/b/c": .delete, "a/b/d": .delete, "a/b": .text("file"), "x": .delete, "x/y": .text("in a folder"),
            ])
        #expect(try fixture.repository.entries(in: swapped).map(\.path) == ["a/b", "x/y"])
        #expect(try await fixture.listing(swapped).map(\.path) == ["a/b", "x/y"])
    }

    @Test(arguments: [
        ["a/b": FileChange.text("folder there")], ["x/y": .text("file in the way")],
        ["a/b/c": .delete, "a/b": .text("d stays")],
        ["a": .delete], ["new": .text("1"), "new/below": .text("2")],
    ])
    func aPathThatWouldBeFileAndFolderIsRefused(changes: [String: FileChange]) async throws {
        let fixture = try await Fixture(files: ["a/b/c": "1", "a/b/d": "2", "x": "3"])
        #expect {
            try fixture.repository.tree(fixture.tree, applying: changes)
        } throws: { error in
            if case RepositoryError.pathConflict = error { true } else { false }
        }
    }

    @Test(arguments: [
        "", "/etc/passwd", "../x", "a/../x", "a//b", "a/", "./a", ".git/config", "sub/.GIT/hooks/x", "a/.git",
        ".git./x", ".git /x", "git~1/x", ".g\u{200C}it/x", ".git::$INDEX_ALLOCATION/x", "nul\0byte",
        String(repeating: "n", count: 300),
    ])
    func aPathOutOfTheTreeIsRefused(path: String) async throws {
        #expect(throws: RepositoryError.self) { try TreePath.components(of: path) }
        let fixture = try await Fixture()
        #expect(throws: RepositoryError.self) {
            try fixture.repository.tree(fixture.tree, applying: [path: .text("x")])
        }
    }

    @Test(arguments: [".gitignore", ".github/workflows/x.yml", "git", "a/.gitattributes", "ü/.gitx"])
    func aPathThatOnlyLooksLikeGitsOwnIsFine(path: String) throws {
        #expect(try TreePath.components(of: path).joined(separator: "/") == path)
    }

    @Test func theLastFileTakesItsFolderAlong() async throws {
        let fixture = try await Fixture(files: ["only/one/file": "1"])
        let empty = try fixture.repository.tree(fixture.tree, applying: ["only/one/file": .delete])
        #expect(empty.description == "4b825dc642cb6eb9a060e54bf8d69288fbee4904")
        #expect(try fixture.repository.emptyTree() == empty)
        #expect(try fixture.repository.entries(in: empty) == [])
    }

    @Test func changesBetweenTreesAreThoseOfGit() async throws {
        let fixture = try await Fixture()
        let tree = try fixture.repository.tree(
            fixture.tree,
            applying: [
                "README.md": .delete, "README.md/inner": .text("1"), "src/main.py": .text("2"), "z": .text("3"),
            ])
        let changes = try fixture.repository.changes(from: fixture.tree, to: tree)
        let output = try await fixture.git.git("diff-tree", "-r", "--name-only", "\(fixture.tree)", "\(tree)")
        #expect(changes.keys.sorted() == output.split(separator: "\n").map(String.init).sorted())
        #expect(changes["README.md"]?.new == nil)
        #expect(changes["z"]?.old == nil)
        #expect(changes["src/main.py"]?.old == (try fixture.repository.entry("src/main.py", in: fixture.tree)))
        #expect(changes["src/main.py"]?.new?.id == ObjectID.blob(of: "2".bytes))
    }

    @Test func theDiffIsGits() async throws {
        let fixture = try await Fixture()
        let tree = try fixture.repository.tree(
            fixture.tree,
            applying: [
                "src/main.py": .text("def main():\n    return 2\n"), "README.md": .delete, "new.txt": .text("no end"),
                "run.sh": .write("#!/bin/sh\n".bytes, isExecutable: true),
            ])
        try await fixture.git.git("config", "diff.noprefix", "true")
        let (text, stat) = try fixture.repository.diff(from: fixture.tree, to: tree, limitInBytes: 1 << 20)
        try await fixture.git.git("config", "diff.noprefix", "false")
        let expected = try await fixture.git.git("diff", "--no-renames", "--abbrev=7", "\(fixture.tree)", "\(tree)")
        #expect(text.trimmingSuffix(while: \.isNewline) == expected.trimmingSuffix(while: \.isNewline))
        #expect(stat == DiffCounts(files: ["README.md", "new.txt", "run.sh", "src/main.py"], added: 2, removed: 2))
    }

    @Test func aLongDiffIsCutAndStillCounted() async throws {
        let fixture = try await Fixture()
        let lines = (0..<5_000).map { "line \($0)\n" }.joined()
        let tree = try fixture.repository.tree(fixture.tree, applying: ["big": .text(lines)])
        let (text, stat) = try fixture.repository.diff(from: fixture.tree, to: tree, limitInBytes: 2_000)
        #expect(text.utf8.count < 2_100)
        #expect(text.hasSuffix("[the diff is longer than 2000 bytes and is cut here]\n"))
        #expect(stat.added == 5_000)
    }
}

extension String {
    fileprivate func trimmingSuffix(while predicate: (Character) -> Bool) -> Substring {
        var text = self[...]
        while let last = text.last, predicate(last) { text.removeLast() }
        return text
    }
}
