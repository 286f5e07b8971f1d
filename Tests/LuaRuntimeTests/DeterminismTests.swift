import LuaRuntime
import Testing
import Vocabulary

@Suite struct DeterminismTests {
    static let body = """
        local out, t = {}, { zeta = 1, alpha = 2, [3] = 'c', [1] = 'a', [2.5] = 'x', mid = 3, [-4] = 'n', [true] = 0, [false] = 1 }
        for i = 1, 40 do t['k' .. i * 7 % 41] = i end
        for k, v in pairs(t) do out[#out + 1] = tostring(k) .. '=' .. tostring(v) end
        local k = next(t)
        while k do out[#out + 1] = tostring(k) k = next(t, k) end
        for i = 1, 5 do out[#out + 1] = math.random(1000) .. ' ' .. math.random() end
        table.sort(out, function(a, b) return #a < #b end)
        out[#out + 1] = tostring(t) .. tostring(print_nothing == nil)
        return table.concat(out, '\\n')
        """.replacing("tostring(print_nothing == nil)", with: "'!'")

    @Test func hundredFreshStatesSayTheSame() throws {
        var outcomes: Set<LuaResult> = []
        for _ in 0..<100 {
            let script = try Script(Self.body, LuaConfiguration(seed: 7))
            var result = try script.state.callNow(script.function, argument: ["feature": "x"])
            (result.duration, result.cpuTime) = (.zero, .zero)
            outcomes.insert(result)
        }
        #expect(outcomes.count == 1)
    }

    @Test func aStateRepeatsItself() throws {
        let script = try Script(Self.body)
        let first = try script.state.callNow(script.function)
        let second = try script.state.callNow(script.function)
        #expect(first.value == second.value)
        #expect(first.ticks == second.ticks)
    }

    @Test func randomNumbersFollowSeedAndArgument() throws {
        func numbers(_ seed: UInt64, _ argument: Value) throws -> Value {
            try lua(
                "return { math.random(1 << 40), math.random(3, 5), math.random() }", argument,
                LuaConfiguration(seed: seed))
        }
        #expect(try numbers(1, "a") == numbers(1, "a"))
        #expect(try numbers(1, "a") != numbers(2, "a"))
        #expect(try numbers(1, "a") != numbers(1, "b"))
        let third = try numbers(1, "a").listValue?[1].integerValue ?? 0
        #expect((3...5).contains(third))
        #expect(throws: LuaError.self) { try lua("return math.random(0, -1)") }
        #expect(
            try lua("for i = 1, 1000 do local r = math.random(6) assert(r >= 1 and r <= 6) end return true") == true)
    }

    @Test func theOrderInADictionaryDoesNotShow() throws {
        let entries = (0..<40).map { ("key\($0)", Value.integer($0)) }
        var small = Dictionary(uniqueKeysWithValues: entries)
        var large = [String: Value](minimumCapacity: 5_000)
        for (key, value) in entries.reversed() { large[key] = value }
        (small["x"], large["x"]) = (1, 1)
        let body = "local out = { math.random(1 << 40) } for k in pairs(c) do out[#out + 1] = k end return out"
        #expect(Array(small.keys) != Array(large.keys))
        #expect(try lua(body, .map(small)) == lua(body, .map(large)))
    }

    @Test func pairsIsSorted() throws {
        let body = "local out = {} for k in pairs(c) do out[#out + 1] = k end return out"
        #expect(try lua(body, ["b": 1, "a": 1, "ab": 1, "": 1]) == ["", "a", "ab", "b"])
    }

    @Test func pairsAllowsChangesOnTheWay() throws {
        let body = """
            local t, seen = { a = 1, b = 2, c = 3, d = 4 }, {}
            for k, v in pairs(t) do seen[#seen + 1] = k t.c = nil t[k] = v + 1 end
            return { table.concat(seen), t.a, t.d }
            """
        #expect(try lua(body) == ["abd", 2, 5])
    }

    @Test func pairsHonoursMetatablesAndRefusesKeysWithoutOrder() throws {
        #expect(
            try lua(
                "for k, v in pairs(setmetatable({}, { __pairs = function() return function(_, i) if not i then return 1, 2 end end end })) do return { k, v } end"
            ) == [1, 2])
        let error = try #require(try Script("for k in pairs({ [{}] = 1, a = 1 }) do end").failure())
        #expect(error.message.contains("can not order a key of type table"))
        #expect(throws: LuaError.self) { try lua("pairs(nil)") }
    }
}
