import LuaRuntime
import Testing
import Vocabulary

@Suite struct ErrorTests {
    @Test func anErrorNamesFileAndLineAndTheWayThere() throws {
        let source = """
            local function inner(ctx)
              return ctx.failure.kind
            end
            return {
              retry = function(ctx)
                local kind = inner(ctx)
                return kind
              end,
            }
            """
        let state = try LuaState(configuration: LuaConfiguration())
        let recipe = try state.load(LuaSource(source, chunkName: "recipes/acme/recipe.lua"))
        let error = #expect(throws: LuaError.self) { try state.callNow(recipe, path: ["retry"], argument: [:]) }
        let failure = try #require(error)
        #expect(failure.kind == .runtime)
        #expect(failure.message == "recipes/acme/recipe.lua:2: attempt to index a nil value (field 'failure')")
        #expect(failure.file == "recipes/acme/recipe.lua")
        #expect(failure.line == 2)
        #expect(
            failure.trace == """
                recipes/acme/recipe.lua:2: in upvalue 'inner'
                recipes/acme/recipe.lua:6: in function <recipes/acme/recipe.lua:5>
                """)
    }

    @Test func aSyntaxErrorNamesItsLine() throws {
        let state = try LuaState(configuration: LuaConfiguration())
        let error = #expect(throws: LuaError.self) { try state.load(LuaSource("\nreturn {\n", chunkName: "r.lua")) }
        #expect(error?.kind == .syntax)
        #expect(error?.file == "r.lua")
        #expect(error?.line == 3)
    }

    @Test func aMissingFunctionIsNotFound() throws {
        let state = try LuaState(configuration: LuaConfiguration())
        let table = try state.load(
            LuaSource("return { a = { b = 1 }, { run = function() return 'first' end } }", chunkName: "r"))
        for (path, message) in [
            (["retry"], "'retry' is not there"), (["a", "b"], "'a.b' is not a function"),
            (["a", "b", "c"], "'a.b.c' is not there: its parent is no table"),
        ] {
            let error = #expect(throws: LuaError.self) { try state.callNow(table, path: path) }
            #expect(error?.kind == .notFound)
            #expect(error?.message == message)
        }
        #expect(try state.callNow(table, path: ["1", "run"]).value == "first")
    }

    @Test func aHostFunctionFailsAtTheCallersLine() throws {
        struct Refusal: Error, CustomStringConvertible { var description: String { "no such file" } }
        let read = HostFunction(name: "host.read", kind: .immediate { _, _ in throw Refusal() })
        let configuration = LuaConfiguration(hostFunctions: [read])
        let error = try #require(try Script("\n\nreturn host.read{ path = 'x' }", configuration).failure())
        #expect(error.kind == .hostCall)
        #expect(error.message == "script.lua:3: no such file")
        #expect(error.line == 3)
        let caught = try lua("local ok, e = pcall(host.read, {}) return e", .null, configuration)
        #expect(caught == "script.lua:1: no such file")
        let other = try #require(try Script("pcall(host.read, {}) error('mine')", configuration).failure())
        #expect(other.kind == .runtime)
    }

    @Test func failTellsWhetherTryingAgainHelps() throws {
        let retryable = try #require(try Script("host.fail('busy', { retryable = true })").failure())
        #expect(retryable.kind == .failed(isRetryable: true))
        #expect(retryable.message == "script.lua:1: busy")
        let final = try #require(try Script("host.fail('broken')").failure())
        #expect(final.kind == .failed(isRetryable: false))
        #expect(try lua("local ok, e = pcall(host.fail, 'x') return tostring(e)") == "script.lua:1: x")
        let again = try #require(
            try Script("local ok, e = pcall(host.fail, 'x', { retryable = true }) error(e)").failure())
        #expect(again.kind == .failed(isRetryable: true))
    }

    @Test func errorValuesOfAnyTypeAreTold() throws {
        #expect(try #require(Script("error({ code = 1 })").failure()).message == "(the error is a table value)")
        #expect(try #require(Script("error(nil)").failure()).message == "(the error is a nil value)")
        #expect(try #require(Script("error('plain', 0)").failure()).message == "plain")
        #expect(try #require(Script("error(setmetatable({}, { __tostring = error }))").failure()).kind == .runtime)
    }

    @Test func aWrappedCoroutinePassesItsErrorOn() throws {
        let error = try #require(try Script("coroutine.wrap(function()\nerror('inside') end)()").failure())
        #expect(error.message == "script.lua:2: inside")
    }
}
