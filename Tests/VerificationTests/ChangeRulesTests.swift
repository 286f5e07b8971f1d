import Testing
import Verification
import Workspaces

@Suite struct ChangeRulesTests {
    private let rules = ChangeRules()

    @Test func aSmallChangeOfAnAllowedFileIsFine() {
        #expect(problems(["src/a.py": .write(Array("x = 1\n".utf8), isExecutable: nil)]).isEmpty)
    }

    @Test(arguments: [
        (["README.md": FileChange.write([], isExecutable: nil)], "README.md does not belong to the feature"),
        ([:], "the change is empty"),
        (["src/a.py": .delete], "1 file deleted, the limit is 0"),
        (
            ["src/a.py": .write([UInt8](repeating: 0x20, count: (1 << 20) + 1), isExecutable: nil)],
            "src/a.py has 1048577 bytes, the limit is 1048576"
        ),
        (
            ["src/a.py": .write(Array("key = 'ghp_0123456789abcdefghij0123456789'".utf8), isExecutable: nil)],
            "src/a.py holds what looks like a GitHub token"
        ),
        (
            ["src/a.py": .write(Array("-----BEGIN PRIVATE KEY-----".utf8), isExecutable: nil)],
            "src/a.py holds what looks like a private key"
        ),
    ])
    func everyBreachIsNamed(changes: [String: FileChange], problem: String) {
        #expect(problems(changes).contains(problem))
    }

    @Test func aPrefixWithoutATokenIsNoSecret() {
        #expect(problems(["src/a.py": .write(Array("use ghp_ tokens".utf8), isExecutable: nil)]).isEmpty)
    }

    @Test func tooManyLinesAreRefused() {
        let change = ["src/a.py": FileChange.write(Array("x".utf8), isExecutable: nil)]
        let found = rules.problems(in: change, changedLines: 4_001) { _ in true }
        #expect(found == ["4001 lines changed, the limit is 4000"])
    }

    private func problems(_ changes: [String: FileChange]) -> [String] {
        rules.problems(in: changes, changedLines: 1) { $0.hasPrefix("src/") }
    }
}
