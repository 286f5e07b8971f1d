import Testing
import Workers

@Suite struct LinePatternTests {
    @Test(
        arguments: [
            ("abc", "xabcx", "xab"), ("^abc$", "abc", "abcd"), ("a.c", "a+c", "ac"), ("a*b", "b", "a"),
            ("a+b", "aab", "b"), ("colou?r", "color", "colr"), ("(ab|cd)+e", "abcde", "ae"), ("[a-c]x", "bx", "dx"),
            ("[^a-c]x", "dx", "ax"), (#"\d{3}"#, "a123", "12"), (#"\d{2,3}$"#, "x12", "x1"),
            (#"\bword\b"#, "a word.", "swords"),
            (#"\Bord"#, "word", "ord"), (#"a\.b"#, "a.b", "axb"), ("x{2}", "axxb", "axb"), ("a{,2}", "a{,2}", "aa"),
            (#"[\]x]"#, "]", "y"), ("[]a]", "]", "b"), ("[a-]", "-", "b"), ("é+", "ééé", "e"), ("[éa]b", "éb", "eb"),
            ("^$", "", "x"), ("(?:ab)?c", "c", "d"), (#"\x41"#, "A", "B"), (#"\s\S"#, "a b", "ab "),
            ("a|b|c", "c", "d"),
            ("", "anything", nil), ("(a*)*b", "aaab", "aaa"), (#"foo\(.*\)"#, "foo(1)", "foo1"),
            ("a.*?b", "axxb", "ba"),
            ("(^a|b)c", "bc", "xac"),
        ] as [(String, String, String?)])
    func aPatternFindsTheRightLines(pattern: String, yes: String, no: String?) throws {
        #expect(try found(pattern, in: [yes, no ?? yes, yes]) == [true, no == nil, true])
    }

    @Test(arguments: [
        "(", ")", "[a", "*a", #"\1"#, "(?=a)", "(?<n>a)", #"a\"#, "[z-a]", "a{3,2}", "a{2000}", "(a{1000}){1000}",
        "((){1000}){1000}", #"\q"#, #"\x4"#, "a++", String(repeating: "(", count: 500), "[[:alpha:]]",
    ])
    func aBadPatternIsAFault(pattern: String) {
        #expect(throws: LinePattern.Fault.self) {
            try LinePattern(pattern)
        }
    }

    @Test func caseCanBeIgnored() throws {
        var pattern = try LinePattern("He[l]{2}o", ignoresCase: true)
        let isFound = pattern.matches(Array("say heLLo".utf8)[...])
        #expect(isFound)
        #expect(try found("He[l]{2}o", in: ["say hello", "say Hello"]) == [false, true])
    }

    @Test(.timeLimit(.minutes(1)), arguments: ["(a+)+$", "^(a|a)*$", "(a|aa)+$", "(.*)*x", "[ab]*a[ab]{14}c"])
    func aHostilePatternTakesLinearTime(pattern: String) throws {
        let line = String(repeating: "aab", count: 3_000) + "!"
        #expect(try found(pattern, in: [line]) == [false])
    }

    private func found(_ pattern: String, in lines: [String]) throws -> [Bool] {
        var compiled = try LinePattern(pattern)
        return lines.map { compiled.matches(Array($0.utf8)[...]) }
    }
}
