import LuaRuntime
import Testing
import Vocabulary

@Suite struct TableTests {
    static let examples: [(String, Value)] = [
        ("local t = { 1, 2 } table.insert(t, 3) table.insert(t, 1, 0) return t", [0, 1, 2, 3]),
        ("local t = { 1, 2, 3 } return { table.remove(t), table.remove(t, 1), t[1], #t }", [3, 1, 2, 1]),
        (
            "local t = {} return { table.remove(t) == nil, table.remove(t, 0) == nil, table.remove(t, 1) == nil }",
            [true, true, true]
        ),
        ("return table.move({ 1, 2, 3 }, 1, 3, 2)", [1, 1, 2, 3]),
        ("return table.move({ 1, 2, 3 }, 2, 3, 1)", [2, 3, 3]),
        ("return table.move({ 1, 2, 3 }, 1, 3, 1, { 9, 9, 9, 9 })", [1, 2, 3, 9]),
        ("return table.concat({ 1, 'a', 2.5 }, ', ')", "1, a, 2.5"),
        ("return table.concat({ 1, 2, 3 }, '', 2, 3) .. table.concat({}) .. table.concat({ 'x' }, 'y', 2)", "23"),
        ("return { table.unpack({ 1, 2, 3 }, 2) }", [2, 3]),
        ("return { select('#', table.unpack({}, 1, 3)), table.pack(1, nil, 3).n }", [3, 3]),
        ("local t = { 3, 1, 2 } table.sort(t) return t", [1, 2, 3]),
        ("local t = { 'b', 'a', 'c' } table.sort(t, function(x, y) return x > y end) return t", ["c", "b", "a"]),
        ("local t = { 3, 1 } table.sort(t, function() return true end) return #t", 2),
        (
            "return { next({}) == nil, next({ 5 }), type(next), rawlen({ 1 }), rawequal(1, 1), rawget({ 4 }, 1) }",
            [true, 1, "function", 1, true, 4]
        ),
        (
            "return { select(-1, 1, 2), tonumber('ff', 16), tonumber('x') == nil, math.type(1), #utf8.char(228, 8364) }",
            [2, 255, true, "integer", 5]
        ),
    ]

    @Test(arguments: examples)
    func doesWhatTheManualSays(_ example: (String, Value)) throws {
        #expect(try lua(example.0) == example.1)
    }

    @Test(arguments: [
        "table.insert({ 1 }, 5, 2)", "table.insert({}, 1, 2, 3)", "table.insert(nil, 1)", "table.remove({ 1 }, 7)",
        "table.concat({ {} })", "table.sort({ 1, 'a' })", "table.sort({ 2, 1 }, 7)",
        "table.move({}, 1, math.maxinteger, 2)",
        "table.unpack()", "table.sort({ 1, 2, 3 }, function() error('x') end)",
    ])
    func misuseIsAnError(_ body: String) throws {
        #expect(try Script(body).failure()?.kind == .runtime)
    }

    @Test func sortIsStableAndLeavesTheTableWholeAfterAnError() throws {
        let stable = """
            local t, state = {}, 1
            for i = 1, 500 do state = state * 1103515245 + 12345 & 0x7fffffff t[i] = { state % 10, i } end
            table.sort(t, function(a, b) return a[1] < b[1] end)
            for i = 2, #t do
              local a, b = t[i - 1], t[i]
              if a[1] > b[1] or (a[1] == b[1] and a[2] > b[2]) then return i end
            end
            return 'stable'
            """
        #expect(try lua(stable) == "stable")
        let broken = """
            local t, n = { 5, 4, 3, 2, 1 }, 0
            pcall(table.sort, t, function(a, b) n = n + 1 if n == 4 then error('x') end return a < b end)
            return t
            """
        #expect(try lua(broken) == [5, 4, 3, 2, 1])
    }

    @Test func metamethodsAreHonoured() throws {
        let body = """
            local log = {}
            local t = setmetatable({}, { __len = function() return 2 end,
              __index = function(_, i) return 'v' .. i end, __newindex = function(_, k, v) log[#log + 1] = k .. v end })
            table.insert(t, 1, 'new')
            return { table.concat(log, ' '), table.concat(t, ','), table.concat({ table.unpack(t) }) }
            """
        #expect(try lua(body) == ["3v2 2v1 1new", "v1,v2", "v1v2"])
    }
}
