import LuaRuntime
import Testing
import Vocabulary

@Suite struct ConversionTests {
    static let values: [Value] = [
        .null, true, false, 0, .integer(.min), .integer(.max), 1.5, .number(-.infinity), "", "text", "zero\u{0}inside",
        "ä€😀", [1, "two", 3.5, [true]], ["a": ["b": ["c": [1, 2]]]], .list((0..<5_000).map { .integer($0) }),
        .map(Dictionary(uniqueKeysWithValues: (0..<500).map { ("key\($0)", Value.integer($0)) })),
    ]

    @Test(arguments: values)
    func comesBackAsItWent(_ value: Value) throws {
        #expect(try lua("return c", value) == value)
    }

    @Test func anEmptyListBecomesAnEmptyMap() throws {
        #expect(try lua("return c", .list([])) == .map([:]))
    }

    @Test func floatsStayFloats() throws {
        #expect(try lua("return { c, math.type(c), 1 // 1, 2 ^ 53 }", 2.0) == [2.0, "float", 1, 9007199254740992.0])
    }

    @Test(arguments: [
        (
            "return { batches = { {}, {}, { after = function() end } } }",
            "result.batches[3].after: a function can not be converted"
        ),
        ("return { 1, 2, x = 3 }", "result: a table is either a list or has string keys, not both"),
        ("return { a = { 1, nil, 3, [7] = 1 } }", "result.a: a list has holes"),
        (
            "return { a = { [true] = 1 } }",
            "result.a: a boolean can not be a key, only strings or the integers of a list"
        ),
        ("return { a = { [1.5] = 1 } }", "result.a: a number can not be a key, only strings or the integers of a list"),
        ("return { [0] = 1 }", "result: a list starts at 1, keys below 1 can not be converted"),
        ("return { a = coroutine.create(error) }", "result.a: a thread can not be converted"),
    ])
    func namesThePathOfWhatCanNotCross(_ body: String, _ problem: String) throws {
        let error = try #require(try Script("\n" + body).failure())
        #expect(error.kind == .conversion)
        #expect(error.message == "script.lua:1: " + problem)
    }

    @Test func aTableInsideItselfIsRefused() throws {
        let error = try #require(try Script("local t = {} t.t = t return t").failure())
        #expect(error.kind == .conversion)
        #expect(error.message.contains("contains itself"))
    }

    @Test func argumentsOfHostFunctionsNameTheirPath() throws {
        let run = HostFunction(name: "host.run", kind: .immediate { value, _ in value })
        let configuration = LuaConfiguration(hostFunctions: [run])
        let error = try #require(try Script("host.run{ argv = { 'a', print_it } }", configuration).failure())
        #expect(error.message.contains("undefined global"))
        let other = try #require(try Script("host.run{ argv = { 'a', error } }", configuration).failure())
        #expect(other.kind == .conversion)
        #expect(other.message == "script.lua:1: argument.argv[2]: a function can not be converted")
        #expect(try lua("return host.run()", .null, configuration) == .null)
        let echo = LuaConfiguration(hostFunctions: [
            HostFunction(name: "host.count", kind: .immediate { value, _ in Value(value.listValue?.count) })
        ])
        #expect(try lua("return host.count('a', nil, 2)", .null, echo) == 3)
    }

    @Test func aResultHasALimit() throws {
        let limits = LuaLimits(resultBytes: 10_000)
        #expect(try lua("return ('x'):rep(9000)", .null, LuaConfiguration(limits: limits)).stringValue?.count == 9_000)
        let error = try #require(
            try Script("return { a = ('x'):rep(11000) }", LuaConfiguration(limits: limits)).failure())
        #expect(error.kind == .conversion)
        #expect(error.message.contains("result.a: the value is larger than the limit of 10000 bytes"))
        let many = try #require(
            try Script("local t = {} for i = 1, 5000 do t[i] = i end return t", LuaConfiguration(limits: limits))
                .failure())
        #expect(many.kind == .conversion)
    }

    @Test func sharedTablesCanNotExplode() throws {
        let body = "local t = { 1 } for i = 1, 50 do t = { t, t } end return t"
        var error: LuaError?
        let spent = try seconds { error = try Script(body).failure() }
        #expect(spent < 3)
        #expect(error?.kind == .conversion || error?.kind == .ticks || error?.kind == .time)
    }

    @Test func brokenTextIsRepaired() throws {
        #expect(try lua("return ('ä'):sub(1, 1)") == "\u{FFFD}")
    }

    @Test func aShapeShowsSettingsAndFunctions() throws {
        let source = """
            return { api = 1, use = { "a", { "b", options = { n = 1 } } }, retry = function() end, agents = { x = { run = pairs } } }
            """
        let state = try LuaState(configuration: LuaConfiguration())
        let shape = try state.shape(of: state.load(LuaSource(source, chunkName: "r.lua")))
        #expect(
            shape == [
                "api": 1, "use": ["a", ["1": "b", "options": ["n": 1]]], "retry": "function",
                "agents": ["x": ["run": "function"]],
            ])
        let odd = try state.load(LuaSource("return { a = { [{}] = 1 } }", chunkName: "r.lua"))
        let error = #expect(throws: LuaError.self) { try state.shape(of: odd) }
        #expect(error?.message == "value.a: a table can not be a key, only strings or the integers of a list")
    }
}
