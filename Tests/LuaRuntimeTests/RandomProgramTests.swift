import LuaRuntime
import MoonshiftTestSupport
import Testing
import Vocabulary

/// Programs put together at random, run against small limits: nothing may crash, and each state must stay usable.
@Suite(.heavy) struct RandomProgramTests {
    static let pieces = [
        "t[#t + 1] = {}", "t[i] = ('x'):rep(i * 100)", "t = setmetatable(t, { __mode = 'v', __newindex = rawequal })",
        "s = s .. s .. i", "pcall(f, t, s, i + 1)", "co = coroutine.wrap(f)", "pcall(co, t, s, i)", "table.sort(t, lt)",
        "s = s:gsub('.', '%0%0')", "for k, v in pairs(t) do s = s .. tostring(k) end", "t = { t, t, [s] = t }",
        "table.insert(t, 1, s)", "t = { table.unpack(t) }", "s = string.format('%s%q', t, s)", "error(t)",
        "local c <close> = setmetatable({}, { __close = function() s = s .. s t[1] = s end })", "f(t, s, i + 1)",
        "setmetatable(t, { __index = function(x, k) return x[k .. k] end })", "local _ = t[s]", "u[s] = t", "u = { u }",
        "host.json.encode(t)", "s = table.concat({ s, s, s }, s)", "pcall(host.json.decode, s)",
        "t = table.pack(s:byte(1, -1))",
        "xpcall(f, function(e) s = s .. tostring(e) return f(t, s, i) end, t, s, i + 1)", "coroutine.yield(t)",
        "t = table.move(t, 1, #t + 100, 2, {})", "goto again", "if i > 20 then return t end",
        "while #s < i do s = s .. 'a' end",
        "local ok, e = pcall(error, setmetatable({}, { __tostring = f })) t[2] = e", "s = s:match('(a*)(.-)$') or ''",
    ]

    static func program(_ random: inout SeededGenerator) -> String {
        let lines = (0..<Int.random(in: 2...12, using: &random)).map { _ in pieces.randomElement(using: &random) ?? "" }
        // A `goto` to the start may not jump into the scope of a local, so that each piece has a block.
        let body = lines.map { "do \($0.hasPrefix("goto") ? "if i < 5 then i = i + 1 goto again end" : $0) end" }
        return """
            local u, co = {}, coroutine.wrap(function() end)
            local f
            local function lt(a, b) return tostring(a) < tostring(b) end
            f = function(t, s, i)
              t, s, i = type(t) == 'table' and t or {}, tostring(s), tonumber(i) or 1
              ::again::
              \(body.joined(separator: "\n  "))
              return f(t, s, i + 1)
            end
            return f
            """
    }

    @Test(.timeLimit(.minutes(1)), arguments: [1, 2, 3])
    func nothingCrashes(_ seed: UInt64) throws {
        var random = SeededGenerator(seed: seed)
        var kinds: [LuaError.Kind: Int] = [:]
        for number in 0..<90 {
            let limits = LuaLimits(
                ticks: 300_000, slice: .milliseconds(100), memoryBytes: [1 << 18, 1 << 20, 1 << 22][number % 3])
            let state = try LuaState(configuration: LuaConfiguration(limits: limits))
            let text = Self.program(&random)
            let function = try state.load(LuaSource(text, chunkName: "random.lua"))
            for argument in [Value.null, ["a"]] {
                do {
                    _ = try state.callNow(function, argument: argument)
                } catch {
                    kinds[error.kind, default: 0] += 1
                }
            }
            state.collectGarbage()
            #expect(state.peakBytes < limits.memoryBytes * 5)
        }
        #expect(kinds[.ticks, default: 0] > 0)
        #expect(kinds[.memory, default: 0] > 0)
        #expect(kinds[.runtime, default: 0] > 0)
    }

    @Test func killedCallsLeaveNothingBehind() throws {
        let script = try Script("local t = {} while true do t[#t + 1] = { #t } if #t > c then error('x') end end")
        for _ in 0..<200 { #expect(script.failure(2_000) != nil) }
        script.state.collectGarbage()
        let before = script.state.usedBytes
        for _ in 0..<500 { #expect(script.failure(2_000) != nil) }
        script.state.collectGarbage()
        #expect(script.state.usedBytes <= before + 4_096)
    }
}
