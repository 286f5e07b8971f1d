import LuaRuntime
import Synchronization
import Testing
import Vocabulary

@Suite struct BuiltInTests {
    static let examples: [(String, Value)] = [
        ("return host.text.trim('  ä b \\n')", "ä b"),
        ("return host.text.dedent('    a\\n\\n      b\\n    c\\n  ')", "a\n\n  b\nc\n"),
        ("return host.text.dedent('\\ta\\n  b')", "\ta\n  b"),
        ("return host.text.split('a,b,,c', ',')", ["a", "b", "", "c"]),
        ("return host.text.split('a\\r\\nb\\n')", ["a\r", "b", ""]),
        ("return #host.text.split('')", 0),
        ("return host.text.split('äö', '')", ["ä", "ö"]),
        ("return host.text.wrap('one two three four', 9)", "one two\nthree\nfour"),
        ("return host.text.wrap('  indented words here', 10)", "  indented\n  words\n  here"),
        ("return host.text.wrap('überlangeswort a', 5)", "überlangeswort\na"),
        ("return host.text.truncate('äöüß', 3)", "äö…"),
        ("return host.text.truncate('äöü', 3)", "äöü"),
        ("return host.text.truncate{ text = 'abcdef', limit = 4, mark = '' }", "abcd"),
        ("return host.text.length('a😀e\u{301}')", 3),
        ("return host.json.encode({ b = { 1, 2 }, a = 'x\\n' })", #"{"a":"x\n","b":[1,2]}"#),
        ("return host.json.decode('{\"a\":[1,2.5,true,null]}').a[2]", 2.5),
        ("return host.json.pretty({ a = 1 })", "{\n  \"a\": 1\n}"),
        ("return host.glob.match('src/**/*.py', 'src/a/b/c.py')", true),
        ("return host.glob.match({ '*.md', '*.py' }, 'a.py')", true),
        ("return host.glob.match('*.py', 'a/b.py')", false),
        ("return host.glob.filter('{a,b}.lua', { 'a.lua', 'c.lua', 'b.lua' })", ["a.lua", "b.lua"]),
        (
            "return host.template('Hi {{name}}, {{ a.b }} {{list.2}} {{n}} {{{{x}}', { name = 'you', a = { b = true }, list = { 1, 'two' }, n = 3 })",
            "Hi you, true two 3 {{x}}"
        ),
    ]

    @Test(arguments: examples)
    func answers(_ example: (String, Value)) throws {
        #expect(try lua(example.0) == example.1)
    }

    static let mistakes = [
        ("host.template('{{nmae}}', { name = 1 })", "'nmae' is not among the values (there are: name)"),
        ("host.template('{{a.x}}', { a = { y = 1 } })", "'a.x' is not among the values (there are: y)"),
        ("host.template('{{a}}', { a = {} })", "'a' is a table, not a text"),
        ("host.template('{{a', {})", "'{{' without '}}'"),
        ("host.json.decode('{')", "the text is no JSON"),
        ("host.text.trim({})", "host.text.trim: 'text' is missing"),
        ("host.text.truncate('a', -1)", "host.text.truncate: 'limit' must be a number of characters"),
        ("host.text.wrap('a', 0)", "'width' must be above 0"),
        ("host.log('loud', 'x')", "'level' must be debug, info, warning or error, not 'loud'"),
        ("host.glob.match(('{a,b}'):rep(30), 'a')", "is too long, or stands for more than 64 patterns"),
    ]

    @Test(arguments: mistakes)
    func saysWhatIsWrong(_ mistake: (String, String)) throws {
        let error = try #require(try Script(mistake.0).failure())
        #expect(error.kind == .hostCall)
        #expect(error.message.hasPrefix("script.lua:1: "))
        #expect(error.message.contains(mistake.1), "\(error)")
    }

    @Test func logReachesTheSink() throws {
        let entries = Mutex<[LuaLogEntry]>([])
        let configuration = LuaConfiguration(log: { entry in entries.withLock { $0.append(entry) } })
        let body = """
            host.log('plain')
            host.log('debug', 'two', { n = 1 })
            host.log{ message = 'three', level = 'error', feature = 'f' }
            host.log(12)
            """
        _ = try lua(body, .null, configuration)
        let expected = [
            LuaLogEntry(level: .info, message: "plain", file: "script.lua", line: 1),
            LuaLogEntry(level: .debug, message: "two", fields: ["n": 1], file: "script.lua", line: 2),
            LuaLogEntry(level: .error, message: "three", fields: ["feature": "f"], file: "script.lua", line: 3),
            LuaLogEntry(level: .info, message: "12", file: "script.lua", line: 4),
        ]
        #expect(entries.withLock { $0 } == expected)
    }

    @Test func aFunctionOfTheHostReplacesABuiltInOne() throws {
        let own = HostFunction(name: "host.text.trim", kind: .immediate { _, _ in "own" })
        #expect(try lua("return host.text.trim('x')", .null, LuaConfiguration(hostFunctions: [own])) == "own")
    }
}
