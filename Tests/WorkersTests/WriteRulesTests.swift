import ModelAPI
import Testing
import Vocabulary
import Workers
import Workspaces

@Suite(.timeLimit(.minutes(1)))
struct WriteRulesTests {
    static let refused: [(path: String, told: String)] = [
        ("src/other.py", "does not belong to this step. It may write only: "),
        ("tests/test_a.py", "is frozen"),
        ("tests/new/conftest.py", "is frozen"),
        ("recipes/tdd.lua", "belongs to the configuration of this run"),
        ("plugins/default/policy.lua", "belongs to the configuration"),
        ("moonshift.lock", "belongs to the configuration"),
        (".git/config", "is no path inside the repository"),
        ("src/.GIT/hooks/x", "is no path inside the repository"),
        ("../outside.py", "is no path inside the repository"),
        ("src/../../outside.py", "is no path inside the repository"),
        ("/etc/passwd", "is no path inside the repository"),
        ("", "is no path inside the repository"),
        ("link/inside.py", "because 'link' is no folder"),
        ("link", "is a symbolic link"),
        ("src/a.py/below.py", "because 'src/a.py' is no folder"),
        ("src", "is a folder"),
    ]

    private var bench: Bench {
        var bench = Bench()
        bench.links = ["link": "/tmp"]
        bench.writablePaths = [
            "src/a.py", "docs/**", "link", "link/*", "src", "src/a.py/*", "tests/**", "recipes/**", ".git/**", "**/x",
            "/etc/passwd", "../outside.py",
        ]
        return bench
    }

    @Test(arguments: refused)
    func whatIsNotAllowedIsRefusedWithTheReason(path: String, told: String) async throws {
        let (text, result) = try await bench.reply(
            to: "write_file", ["path": .string(path), "content": "bad"])
        #expect(text.contains(told), "\(text)")
        #expect(result.changes.isEmpty)
        #expect(result.malformedCount == 0)
        let replaced = try await bench.reply(
            to: "replace", ["path": .string(path), "old": "return", "new": "bad"])
        #expect(replaced.text.hasPrefix("Error: "))
        #expect(replaced.result.changes.isEmpty)
    }

    @Test(arguments: ["src/a.py", "docs/guide.md", "./docs/deep/guide.md"])
    func whatIsAllowedIsWritten(path: String) async throws {
        let result = try await bench.reply(to: "write_file", ["path": .string(path), "content": "good\n"]).result
        #expect(result.changes.count == 1)
        #expect(result.text(of: path.hasPrefix("./") ? String(path.dropFirst(2)) : path) == "good\n")
    }

    @Test
    func bracketsInAPlainPathAreNoPattern() {
        let rules = WriteRules(writablePaths: ["app/[id].ts"], protectedGlobs: [])
        #expect(rules.refusal(of: "app/[id].ts") == nil)
        #expect(rules.refusal(of: "app/i.ts") != nil)
        let locked = WriteRules(writablePaths: ["**"], protectedGlobs: ["app/[id].test.ts"])
        #expect(locked.refusal(of: "app/[id].test.ts") != nil)
    }

    @Test
    func protectionWinsOverPermission() {
        let rules = WriteRules(writablePaths: ["**/*.py"], protectedGlobs: ["**/conftest.py"])
        #expect(rules.refusal(of: "a/b.py") == nil)
        #expect(rules.refusal(of: "conftest.py") != nil)
        #expect(rules.refusal(of: "a/conftest.py") != nil)
    }
}
