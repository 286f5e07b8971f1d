import Testing
import Vocabulary

@Suite struct PathGlobTests {
    @Test(arguments: [
        ("conftest.py", "conftest.py"), ("**/conftest.py", "conftest.py"), ("**/conftest.py", "a/b/conftest.py"),
        ("recipes/**", "recipes/a.lua"), ("recipes/**", "recipes/a/b.lua"), ("src/*.lua", "src/a.lua"),
        ("src/?.lua", "src/a.lua"), ("a/**/z", "a/z"), ("a/**/z", "a/b/c/z"), ("[a-c]x", "bx"), ("[!a]x", "bx"),
        ("*.{py,lua}", "a.lua"), ("{a,b}{c,d}", "bd"), ("**", "any/thing"), ("a[", "a["), ("", ""),
    ])
    func matching(pattern: String, path: String) {
        #expect(PathGlob(pattern).matches(path))
    }

    @Test(arguments: [
        ("conftest.py", "a/conftest.py"), ("**/conftest.py", "a/xconftest.py"), ("recipes/**", "recipes2/a"),
        ("src/*.lua", "src/a/b.lua"), ("src/?.lua", "src/ab.lua"), ("a/**/z", "a/bz"), ("[a-c]x", "dx"),
        ("[!a]x", "ax"), ("*.{py,lua}", "a.rb"), ("*", "a/b"), ("a?c", "a/c"),
    ])
    func notMatching(pattern: String, path: String) {
        #expect(!PathGlob(pattern).matches(path))
    }

    @Test func patternsOfManyStarsAndBracesStaySmall() {
        #expect(!PathGlob(String(repeating: "*a", count: 200)).matches(String(repeating: "a", count: 199) + "b"))
        #expect(PathGlob(String(repeating: "{a,b}", count: 60)).matches(String(repeating: "a", count: 60)))
    }
}
