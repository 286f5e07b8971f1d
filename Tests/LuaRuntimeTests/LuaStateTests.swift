import LuaRuntime
import Testing
import Vocabulary

@Suite struct LuaStateTests {
    @Test func callsAFunctionOfALoadedTable() async throws {
        let state = try LuaState(configuration: LuaConfiguration())
        let recipe = try state.load(LuaSource("return { add = function(c) return c.a + c.b end }", chunkName: "r.lua"))
        let result = try await state.call(recipe, path: ["add"], argument: ["a": 1, "b": 2])
        #expect(result.value == 3)
        #expect(result.ticks < 1_000)
        #expect(result.duration > .zero)
    }

    @Test func argumentsAreCopies() throws {
        let script = try Script("c.list[1] = 'changed' c.new = true return c.list[1]")
        let argument: Value = ["list": ["kept"]]
        #expect(try script.run(argument) == "changed")
        #expect(try script.run(argument) == "changed")
        #expect(argument == ["list": ["kept"]])
    }

    @Test func ticksCountInstructionsAndCharges() throws {
        func ticks(_ body: String) throws -> Int {
            let script = try Script(body)
            return try script.state.callNow(script.function).ticks
        }
        let short = try ticks("for i = 1, 10000 do end")
        let long = try ticks("for i = 1, 100000 do end")
        #expect((9_000...12_000).contains(short))
        #expect((90_000...120_000).contains(long))
        #expect(try ticks("return #('x'):rep(1 << 20)") > 50_000)
    }

    @Test func aReleasedValueIsGone() throws {
        let state = try LuaState(configuration: LuaConfiguration())
        let table = try state.load(LuaSource("return { f = function() return ('x'):rep(1 << 20) end }", chunkName: "r"))
        state.release(table)
        let error = #expect(throws: LuaError.self) { try state.callNow(table, path: ["f"]) }
        #expect(error?.kind == .notFound)
    }

    @Test func nestedCallsSpendTheCallersBudget() throws {
        let spin = HostFunction(
            name: "host.spin",
            kind: .immediate { _, scope in
                guard let scope else { return .null }
                scope.charge(ticks: 400_000)
                return .null
            })
        let configuration = LuaConfiguration(limits: LuaLimits(ticks: 1_000_000), hostFunctions: [spin])
        #expect(try lua("host.spin() host.spin() return 'within'", .null, configuration) == "within")
        let error = try #require(try Script("while true do pcall(host.spin) end", configuration).failure())
        #expect(error.kind == .ticks)
    }

    @Test func namesTheLuaThatIsLinked() {
        #expect(LuaState.release.hasPrefix("Lua 5.4"))
    }
}
