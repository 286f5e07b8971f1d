import Testing
import Workspaces

@Suite struct OverlayTests {
    @Test func editsHideTheBase() async throws {
        let fixture = try await Fixture()
        var overlay = Overlay(base: fixture.tree)
        try overlay.write("src/main.py", "edited".bytes, in: fixture.repository)
        try overlay.write("new/file", "1234".bytes, in: fixture.repository)
        #expect(try overlay.delete("README.md", in: fixture.repository))
        #expect(try overlay.delete("README.md", in: fixture.repository) == false)
        #expect(try overlay.delete("nowhere", in: fixture.repository) == false)
        #expect(try overlay.read("src/main.py", in: fixture.repository) == "edited".bytes)
        #expect(try overlay.read("README.md", in: fixture.repository) == nil)
        #expect(try overlay.read("run.sh", in: fixture.repository) == "#!/bin/sh\n".bytes)
        #expect(overlay.sizeInBytes == 10)
        let tree = try fixture.repository.tree(fixture.tree, applying: overlay.changes)
        #expect(try overlay.list(in: fixture.repository).paths == fixture.repository.entries(in: tree).map(\.path))
        #expect(try overlay.list("new", in: fixture.repository).paths == ["new/file"])
        #expect(try overlay.list("src/main.py", in: fixture.repository).paths == ["src/main.py"])
        #expect(try overlay.list("sr", in: fixture.repository).paths == [])
        let cut = try overlay.list(in: fixture.repository, limit: 2)
        #expect(cut.paths.count == 2 && cut.isCut)
        #expect(try overlay.delete("new/file", in: fixture.repository))
        #expect(overlay.changes["new/file"] == nil)
    }

    @Test func onlyEffectiveChangesCount() async throws {
        let fixture = try await Fixture()
        var overlay = Overlay(base: fixture.tree)
        try overlay.write("run.sh", "#!/bin/sh\n".bytes, in: fixture.repository)
        try overlay.write("src/main.py", "new".bytes, in: fixture.repository)
        #expect(try overlay.effectiveChanges(in: fixture.repository) == ["src/main.py": .text("new")])
        try overlay.write("run.sh", "#!/bin/sh\n".bytes, isExecutable: true, in: fixture.repository)
        #expect(try overlay.effectiveChanges(in: fixture.repository).count == 2)
    }

    @Test(arguments: ["../out", "/abs", ".git/config", "src", "README.md/below", "src/main.py/below"])
    func impossiblePathsAreRefused(path: String) async throws {
        let fixture = try await Fixture()
        var overlay = Overlay(base: fixture.tree)
        #expect(throws: RepositoryError.self) { try overlay.write(path, [], in: fixture.repository) }
        #expect(overlay.changes.isEmpty)
    }

    @Test func searchFindsLinesOfBaseAndEdits() async throws {
        let fixture = try await Fixture()
        var overlay = Overlay(base: fixture.tree)
        try overlay.write("src/main.py", "def main():\r\n    return x[0]\n".bytes, in: fixture.repository)
        try overlay.write("binary", [0x64, 0x65, 0x66, 0, 1], in: fixture.repository)
        let plain = try await overlay.search(SearchRequest(pattern: "x[0]"), in: fixture.repository)
        #expect(plain.matches == [.init(path: "src/main.py", line: 2, text: "    return x[0]")])
        let request = SearchRequest(pattern: #"^def \w+\(\):$"#, isRegularExpression: true)
        let found = try await overlay.search(request, in: fixture.repository)
        #expect(found.matches.map(\.path) == ["src/main.py", "tests/test_main.py"])
        #expect(!found.isCut)
        let limited = try await overlay.search(SearchRequest(pattern: "def", matchLimit: 1), in: fixture.repository)
        #expect(limited.matches.count == 1 && limited.isCut)
        await #expect(throws: LinePattern.Fault.self) {
            try await overlay.search(SearchRequest(pattern: "(", isRegularExpression: true), in: fixture.repository)
        }
    }
}
