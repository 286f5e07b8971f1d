import LuaRuntime
import MoonshiftTestSupport
import Synchronization
import Testing
import Vocabulary

/// What a naive embedding of Lua does not survive. The bounds are generous: a loaded machine must pass too.
@Suite(.heavy, .serialized) struct AttackTests {
    struct Attack: Sendable, CustomTestStringConvertible {
        let name: String
        let body: String
        var kinds: [LuaError.Kind] = [.ticks, .time]
        var testDescription: String { name }
    }

    static let endless = [
        Attack(name: "endless loop", body: "while true do end"),
        Attack(name: "endless loop in a coroutine", body: "coroutine.wrap(function() while true do end end)()"),
        Attack(name: "pcall around endless loops", body: "while true do pcall(function() while true do end end) end"),
        Attack(name: "recursive pcall", body: "local function f() while true do pcall(pcall, f) end end f()"),
        Attack(
            name: "endless handler", body: "xpcall(function() while true do end end, function() while true do end end)"),
        Attack(
            name: "endless handler of an ordinary error",
            body: "xpcall(function() error('x') end, function() while true do end end)"),
        Attack(
            name: "endless __close",
            body: "local x <close> = setmetatable({}, { __close = function() while true do end end }) while true do end"
        ),
        Attack(
            name: "endless __close in pcall",
            body: """
                while true do pcall(function()
                  local x <close> = setmetatable({}, { __close = function() while true do end end })
                  while true do end
                end) end
                """),
        Attack(
            name: "coroutine farm",
            body: "while true do coroutine.wrap(function() local x = 1 coroutine.yield() end)() end"),
        Attack(
            name: "coroutines that die at once", body: "while true do coroutine.resume(coroutine.create(error), 1) end"),
        Attack(name: "rep of a gigabyte", body: "return ('a'):rep(1000000000)", kinds: [.ticks, .memory]),
        Attack(name: "endless rep of nothing", body: "return (''):rep(math.maxinteger, '')", kinds: []),
        Attack(name: "endless rep with separator", body: "return (''):rep(1 << 40, ',')", kinds: [.ticks, .memory]),
        Attack(name: "table.move of a trillion", body: "table.move({}, 1, 1 << 40, 2)"),
        Attack(
            name: "table.insert with a lying length",
            body: "table.insert(setmetatable({}, { __len = function() return 1 << 40 end }), 1, 0)"),
        Attack(
            name: "table.remove with a lying length",
            body: "table.remove(setmetatable({}, { __len = function() return 1 << 40 end }), 1)"),
        Attack(
            name: "table.sort with a lying length",
            body: "table.sort(setmetatable({}, { __len = function() return 1 << 40 end }))"),
        Attack(
            name: "table.sort with a lying length that fits",
            body: "table.sort(setmetatable({}, { __len = function() return 1 << 30 end }))"),
        Attack(
            name: "table.concat with a lying length",
            body: """
                local t = setmetatable({}, { __len = function() return 1 << 40 end, __index = function() return '' end })
                return table.concat(t)
                """),
        Attack(
            name: "plain find of 2 MB in 4 MB",
            body: """
                local text, needle = ('a'):rep(4 << 20), ('a'):rep(1 << 20) .. 'b'
                while true do text:find(needle, 1, true) end
                """),
        Attack(name: "pattern with exponential backtracking", body: "return ('a'):rep(30):find(('a*'):rep(30) .. 'b')"),
        Attack(
            name: "gsub with exponential backtracking", body: "return ('a'):rep(30):gsub(('a*'):rep(30) .. 'b', '')"),
        Attack(
            name: "gmatch with exponential backtracking",
            body: "for _ in ('a'):rep(30):gmatch(('a*'):rep(30) .. 'b') do end"),
        Attack(name: "balance in a quadratic search", body: "return ('('):rep(1 << 20):find('%b()')"),
        Attack(name: "endless iterator", body: "for _ in function() return 1 end do end"),
        Attack(
            name: "endless comparison in sort",
            body: "table.sort({ 3, 2, 1 }, function() while true do end end)"),
        Attack(name: "endless gsub callback", body: "return ('a'):gsub('a', function() while true do end end)"),
        Attack(
            name: "endless __index", body: "return setmetatable({}, { __index = function() while true do end end }).x"),
        Attack(
            name: "endless __tostring",
            body: "return tostring(setmetatable({}, { __tostring = function() while true do end end }))"),
        Attack(
            name: "endless __pairs",
            body: "for _ in pairs(setmetatable({}, { __pairs = function() while true do end end })) do end"),
        Attack(name: "tail calls for ever", body: "local function f() return f() end return f()"),
        Attack(
            name: "deep recursion", body: "local function f() return 1 + f() end return f()",
            kinds: [.memory, .runtime, .time]),
        Attack(name: "goto for ever", body: "::again:: goto again"),
        Attack(name: "big ranges of select", body: "while true do select('#', table.unpack({}, 1, 99999)) end"),
        Attack(
            name: "long format", body: "while true do string.format(('%99.99f'):rep(1000), table.unpack({}, 1, 1)) end",
            kinds: [.runtime]),
    ]

    @Test(arguments: endless)
    func endsInTime(_ attack: Attack) throws {
        let script = try Script(attack.body)
        var error: LuaError?
        let spent = seconds { error = script.failure() }
        #expect(spent < 4)
        if attack.kinds.isEmpty {
            #expect(error == nil)
        } else {
            let error = try #require(error)
            #expect(attack.kinds.contains(error.kind), "\(error)")
        }
        // The state goes on as if nothing had been.
        let next = try script.state.load(LuaSource("return function() return 7 end", chunkName: "next.lua"))
        #expect(try script.state.callNow(next).value == 7)
    }

    static let errors = [
        Attack(name: "unpack of ten million", body: "return table.unpack({}, 1, 1e7)"),
        Attack(name: "deep gsub", body: "local function f() return (('a'):gsub('a', f)) end return f()"),
        Attack(
            name: "deep sort",
            body: "local function f() table.sort({ 2, 1 }, f) return true end return f()"),
        Attack(
            name: "deep __index",
            body: "local t = {} setmetatable(t, { __index = function(_, k) return t[k + 1] end }) return t[1]"),
        Attack(
            name: "deep __concat",
            body: """
                local t = setmetatable({}, {}) getmetatable(t).__concat = function(a, b) return a .. b end return t .. t
                """),
        Attack(
            name: "deep pcall", body: "local function f() local ok, e = pcall(f) if not ok then error(e, 0) end end f()"
        ),
        Attack(
            name: "deep coroutines",
            body: "local function f() return coroutine.wrap(f)() end return f()"),
        Attack(name: "complex pattern", body: "return ('x'):rep(300000):find(('x?'):rep(300000))"),
        Attack(name: "nested parentheses", body: "return ('x'):find(('('):rep(100))"),
    ]

    @Test(arguments: errors)
    func raisesAnOrdinaryError(_ attack: Attack) throws {
        let script = try Script("local ok, e = pcall(function() \(attack.body) end) return { ok, tostring(e) }")
        var value: Value?
        let spent = seconds { value = try? script.run() }
        #expect(spent < 4)
        let outcome = try #require(value?.listValue)
        #expect(outcome.first == false, "\(outcome)")
    }

    @Test(arguments: ["", "local t = {}", "local t = setmetatable({}, { __mode = 'v' })"])
    func memoryEndsACall(_ setUp: String) throws {
        let body = """
            \(setUp.isEmpty ? "local t = {}" : setUp)
            for i = 1, math.huge do t[i] = { i } t[-i] = ('x'):rep(100) .. i end
            """
        let script = try Script(
            body, LuaConfiguration(limits: LuaLimits(ticks: 500_000_000, slice: .seconds(20), memoryBytes: 8 << 20)))
        let error = try #require(script.failure())
        if setUp.contains("__mode") {
            #expect([.memory, .time, .ticks].contains(error.kind))
        } else {
            #expect(error.kind == .memory)
            #expect(error.line != nil)
        }
        #expect(script.state.peakBytes < 32 << 20)
    }

    @Test func garbageDoesNotCountAsMemory() throws {
        let limits = LuaLimits(ticks: 50_000_000, slice: .seconds(20), memoryBytes: 4 << 20)
        let value = try lua(
            "local n = 0 for i = 1, 3000 do n = n + #(('x'):rep(20000) .. i) end return n", .null,
            LuaConfiguration(limits: limits))
        #expect(value.integerValue ?? 0 > 60_000_000)
    }

    @Test func weakTablesWithMetamethodsNearTheCapDoNotCrash() throws {
        let body = """
            local t = setmetatable({}, { __mode = 'v', __newindex = function(t, k, v) rawequal(t, v) end })
            local keep = {}
            for i = 1, math.huge do
              t[i] = {}
              keep[i] = setmetatable({}, { __mode = 'v', __newindex = setmetatable({}, { __mode = 'v' }) })
              keep[i][i] = { ('x'):rep(50) .. i }
            end
            """
        for cap in [1 << 20, 2 << 20, 5 << 20] {
            let limits = LuaLimits(ticks: 500_000_000, slice: .seconds(20), memoryBytes: cap)
            let error = try #require(try Script(body, LuaConfiguration(limits: limits)).failure())
            #expect(error.kind == .memory)
        }
    }

    @Test func aKillNamesItsPlaceAndCanNotBeCaught() throws {
        let error = try #require(
            try Script("\nlocal ok = pcall(function()\nwhile true do end\nend)\nreturn 'caught'").failure())
        #expect(error.isKill)
        #expect(error.file == "script.lua")
        #expect(error.line == 3)
        #expect(error.message.hasPrefix("script.lua:3: "))
    }

    @Test func gcMetamethodsAndCoroutineCloseAreRefused() throws {
        #expect(try #require(Script("setmetatable({}, { __gc = function() end })").failure()).message.contains("__gc"))
        #expect(try lua("return coroutine.close == nil") == true)
    }

    @Test func deepCallbacksThroughTheHostAreAnOrdinaryError() throws {
        let function = Mutex<LuaReference?>(nil)
        let again = HostFunction(
            name: "host.again",
            kind: .immediate { value, scope in
                guard let scope, let reference = function.withLock({ $0 }) else { return .null }
                return try scope.call(reference, path: [], argument: value).value
            })
        let script = try Script(
            "if c == 0 then return 'bottom' end local ok, v = pcall(host.again, c - 1) return v",
            LuaConfiguration(hostFunctions: [again]))
        function.withLock { $0 = script.function }
        #expect(try script.run(20) == "bottom")
        let deep = try script.run(500)
        #expect(deep.stringValue?.contains("C stack overflow") == true, "\(deep)")
    }
}
