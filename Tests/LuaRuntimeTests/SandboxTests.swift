import LuaRuntime
import Testing
import Vocabulary

@Suite struct SandboxTests {
    @Test(arguments: [
        "debug", "io", "os", "package", "load", "loadstring", "loadfile", "dofile", "collectgarbage", "rawset", "warn",
        "_G", "print", "stock",
    ])
    func isNotThere(_ name: String) throws {
        let error = try #require(try Script("return \(name)").failure())
        #expect(error.message.hasPrefix("script.lua:1: undefined global '\(name)'"), "\(error)")
    }

    @Test(arguments: ["string.dump", "math.randomseed", "coroutine.close"])
    func isNotInItsLibrary(_ name: String) throws {
        #expect(try lua("return \(name) == nil") == true)
    }

    @Test func globalsAreStrict() throws {
        let read = try #require(try Script("return undefned").failure())
        #expect(read.message == "script.lua:1: undefined global 'undefned'")
        let write = try #require(try Script("\nx = 1").failure())
        #expect(write.message == "script.lua:2: assignment to global 'x': use 'local x'")
    }

    @Test(arguments: [
        "string.format = nil", "table.x = 1", "host.log = nil", "host.json.encode = nil", "math.pi = 3",
        "table.insert(string, 1)", "_ENV.string = nil", "getmetatable(string).__index = nil",
        "setmetatable(string, {})",
        "setmetatable(_ENV, nil)", "getmetatable('').__index = {}", "table.move({ 1 }, 1, 1, 1, math)",
    ])
    func librariesAreReadOnly(_ body: String) throws {
        let state = try Script(body)
        #expect(state.failure()?.kind == .runtime)
        #expect(try lua("return ('x'):rep(2) .. string.format('%d', math.floor(math.pi))") == "xx3")
    }

    @Test func metatablesOfStringsAndLibrariesAreHidden() throws {
        #expect(
            try lua("return { getmetatable(''), getmetatable(string), getmetatable(_ENV) }") == [false, false, false])
    }

    @Test func bytecodeIsRefused() throws {
        let state = try LuaState(configuration: LuaConfiguration())
        let error = #expect(throws: LuaError.self) {
            try state.load(LuaSource(bytes: [0x1b] + Array("Lua\u{54}".utf8), chunkName: "x.lua"))
        }
        #expect(error?.kind == .syntax)
        #expect(error?.message.contains("binary chunk") == true)
    }

    @Test func noAddressReachesAScript() throws {
        let body = """
            local t, f, co = {}, function() end, coroutine.create(function() end)
            local ok, e = pcall(error, {})
            return table.concat({ tostring(t), tostring(f), tostring(co), tostring(string.rep), string.format('%s %s', t, f) }, ' ')
            """
        #expect(try lua(body) == "table function thread function table function")
        let error = try #require(try Script("return string.format('%p', {})").failure())
        #expect(error.message.contains("invalid conversion '%p'"))
    }

    @Test func tostringHonoursMetatables() throws {
        let body = """
            local t = setmetatable({}, { __tostring = function() return 'me' end })
            return tostring(t) .. string.format('[%s][%5s]', t, t) .. tostring(setmetatable({}, { __name = 'Thing' }))
            """
        #expect(try lua(body) == "me[me][   me]Thing")
    }

    @Test func modulesAreFoundInTheirPackOnly() throws {
        let configuration = LuaConfiguration(resolveModule: { name in
            switch name {
            case "lib.a": LuaSource("return { value = 'a', b = require 'lib.b' }", chunkName: "lib/a.lua")
            case "lib.b": LuaSource("return 'b'", chunkName: "lib/b.lua")
            case "self": LuaSource("return require 'self'", chunkName: "self.lua")
            case "broken": LuaSource("return +", chunkName: "lib/broken.lua")
            case "nothing": LuaSource("local x = 1", chunkName: "nothing.lua")
            case "refused": throw LuaFailure("outside of the pack")
            default: nil
            }
        })
        let ok = "local a = require 'lib.a' return { a.value, a.b, rawequal(a, require 'lib.a'), require 'nothing' }"
        #expect(try lua(ok, .null, configuration) == ["a", "b", true, true])
        let expectations = [
            ("self", "requires itself"), ("os", "not found"), ("../secret", "bad module name"),
            ("lib/a", "bad module name"),
            ("Lib", "bad module name"), (".a", "bad module name"), ("a..b", "bad module name"), ("", "bad module name"),
            ("refused", "outside of the pack"), ("broken", "lib/broken.lua:1: unexpected symbol"),
        ]
        for (name, problem) in expectations {
            let error = try #require(try Script("return require '\(name)'", configuration).failure())
            #expect(error.message.contains(problem), "\(error)")
        }
    }

    @Test func eachPackHasItsOwnModules() throws {
        let state = try LuaState(configuration: LuaConfiguration())
        func pack(_ name: String) throws -> LuaReference {
            try state.load(LuaSource("local v = require 'lib.v' return function() return v end", chunkName: name)) {
                _ in
                LuaSource("return '\(name)'", chunkName: "\(name)/lib/v.lua")
            }
        }
        let (first, second) = (try pack("first"), try pack("second"))
        #expect(try state.callNow(first).value == "first")
        #expect(try state.callNow(second).value == "second")
    }

    @Test func aLoadThatNeverEndsIsEnded() throws {
        let state = try LuaState(
            configuration: LuaConfiguration(limits: LuaLimits(ticks: 1 << 50, load: .milliseconds(50))))
        let error = #expect(throws: LuaError.self) {
            try state.load(LuaSource("while true do end", chunkName: "x.lua"))
        }
        #expect(error?.kind == .time)
        #expect(error?.line == 1)
        #expect(error?.message.contains("(limit 0.05 seconds)") == true)
    }

    @Test func aStateNeedsSomeMemory() {
        #expect(throws: LuaError.self) {
            try LuaState(configuration: LuaConfiguration(limits: LuaLimits(memoryBytes: 2_000)))
        }
    }
}
