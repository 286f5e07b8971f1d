import ModelAPI
import Testing
import Vocabulary
import Workers
import Workspaces

@Suite(.timeLimit(.minutes(1)))
struct ToolTests {
    private let bench = Bench()

    @Test
    func filesAreListedByGlob() async throws {
        #expect(try await bench.reply(to: "list_files", ["glob": "src/*.py"]).text == "src/a.py\nsrc/other.py")
        #expect(try await bench.reply(to: "list_files", ["glob": "*.c"]).text == "No file matches.")
        var bench = bench
        bench.limits.toolResultBytes = 20
        let cut = try await bench.reply(to: "list_files", [:]).text
        #expect(cut == "recipes/tdd.lua\n[1 of 4 paths. Use a narrower glob.]")
    }

    @Test
    func someLinesOfAFileAreShown() async throws {
        let some = try await bench.reply(to: "read_file", ["path": "./src/a.py", "first_line": "2", "last_line": 5])
        #expect(some.text == "    return 0\n\n\ndef b():\n[lines 2 to 5 of 6]")
        let beyond = try await bench.reply(to: "read_file", ["path": "src/a.py", "first_line": 7])
        #expect(beyond.text.contains("has the lines 1 to 6"))
    }

    @Test
    func whatIsNoTextFileIsExplained() async throws {
        var bench = bench
        bench.files["logo.png"] = "\u{0}PNG"
        bench.files["empty"] = ""
        bench.links = ["link": "/etc/passwd"]
        let cases = [
            ("logo.png", "is a binary file of 4 bytes"), ("empty", "is empty"), ("link", "is a symbolic link"),
            ("src", "is a folder"), ("lib/a.py", "there is no file 'lib/a.py'. There is: src/a.py"),
            ("/etc/passwd", "there is no file"), ("../x", "there is no file"), (".git/config", "there is no file"),
        ]
        for (path, expected) in cases {
            let text = try await bench.reply(to: "read_file", ["path": .string(path)]).text
            #expect(text.contains(expected), "\(path): \(text)")
        }
    }

    @Test
    func searchFindsLinesInBaseAndEdits() async throws {
        var bench = bench
        bench.changes = ["src/other.py": .write(Array("RETURN\n".utf8), isExecutable: nil)]
        let exact = try await bench.reply(to: "search", ["text": "return 0"]).text
        #expect(exact == "src/a.py:2:     return 0\nsrc/a.py:6:     return 0")
        let folded = try await bench.reply(to: "search", ["text": "return", "ignore_case": true]).text
        #expect(folded.hasSuffix("src/other.py:1: RETURN"))
        #expect(try await bench.reply(to: "search", ["text": "import a"]).text == "No line matches.")
        #expect(try await bench.reply(to: "search", ["text": "a", "glob": "*.rs"]).text == "No line matches.")
        #expect(try await bench.reply(to: "search", ["text": "a\nb"]).text.contains("must be one line"))
        let matched = try await bench.reply(to: "search", ["text": #"^\s+return \d$"#, "regex": true]).text
        #expect(matched == exact)
        let fault = try await bench.reply(to: "search", ["text": "(", "regex": true]).text
        #expect(fault.contains("bad regular expression '('"), "\(fault)")
    }

    @Test
    func aPassageIsReplacedOnlyWhenItIsThereOnce() async throws {
        let cases: [(old: String, new: String, told: String)] = [
            ("return 0", "return 1", "is in the file 2 times (lines 2, 6). Add lines around it"),
            ("return 2", "return 1", "is not in the file. No line of the file is its first line 'return 2'"),
            ("def a():\n  return 0", "x", "would match at line 1 if white space did not count"),
            ("def a():\n    return 5", "x", "Its first line is line 1 of the file, but what follows differs"),
            ("", "x", "'old' is empty"), ("def a", "def a", "nothing would change"),
        ]
        for (old, new, told) in cases {
            let (text, result) = try await bench.reply(
                to: "replace", ["path": "src/a.py", "old": .string(old), "new": .string(new)])
            #expect(text.contains(told), "\(old): \(text)")
            #expect(result.changes.isEmpty)
            #expect(result.malformedCount == 0)
        }
        let missing = try await bench.reply(to: "replace", ["path": "src/a.py", "old": "def a():\n", "new": ""])
        #expect(missing.result.text(of: "src/a.py") == "    return 0\n\n\ndef b():\n    return 0\n")
    }

    @Test
    func overlappingPlacesCountAsSeveral() async throws {
        var bench = bench
        bench.files["src/a.py"] = "aaa"
        #expect(
            try await bench.reply(to: "replace", ["path": "src/a.py", "old": "aa", "new": "b"]).text.contains("2 times")
        )
    }

    @Test
    func lineEndsAreNamedWhenTheyAreTheReason() async throws {
        var bench = bench
        bench.files["src/a.py"] = "one\r\ntwo\r\n"
        let text = try await bench.reply(to: "replace", ["path": "src/a.py", "old": "one\ntwo", "new": "x"]).text
        #expect(text.contains(#"end with \r\n"#))
    }

    @Test
    func bytesThatAreNoTextAndTheModeSurviveAReplacement() async throws {
        var bench = bench
        let bytes: [UInt8] = [0xFF, 0xFE] + Array("x = 1\n".utf8) + [0x80]
        bench.changes = ["src/a.py": .write(bytes, isExecutable: true)]
        let result = try await bench.reply(to: "replace", ["path": "src/a.py", "old": "1", "new": "2"]).result
        let expected: [UInt8] = [0xFF, 0xFE] + Array("x = 2\n".utf8) + [0x80]
        #expect(result.changes["src/a.py"] == .write(expected, isExecutable: true))
    }

    @Test
    func writingWhatIsThereChangesNothing() async throws {
        let content = Value.string(bench.files["src/a.py"] ?? "")
        let (text, result) = try await bench.reply(to: "write_file", ["path": "src/a.py", "content": content])
        #expect(text.contains("is unchanged"))
        #expect(result.changes.isEmpty)
    }

    @Test
    func anEditThatIsTakenBackIsNoEdit() async throws {
        let content = Value.string(bench.files["src/a.py"] ?? "")
        let model = ScriptedModel(
            .calls(("write_file", ["path": "src/a.py", "content": "x"])),
            .calls(("write_file", ["path": "src/a.py", "content": content])), .finishes)
        #expect(try await bench.perform(model).changes.isEmpty)
    }
}
