import Testing
import Vocabulary

@testable import LuaRuntime

@Suite struct MatcherTests {
    static func configuration() -> LuaConfiguration {
        var configuration = LuaConfiguration(
            limits: LuaLimits(ticks: 1 << 50, slice: .seconds(60), memoryBytes: 256 << 20, load: .seconds(60)))
        configuration.exposesStockStrings = true
        return configuration
    }

    /// Random patterns from a small alphabet against random texts; both libraries must say the same, errors included.
    static let comparison = """
        local pieces = { 'a', 'b', '.', '%a', '%d', '%w', '%s', '%A', '%u', '[ab]', '[^a]', '[a-c]', '[%d_]', '[]]', '[^]]', '[a-]',
          '(', ')', '()', '%1', '%2', '%b()', '%bab', '%f[%w]', '%f[^a]', '$', '^', '%.', '%', '[', 'a', 'b', 'c', ' ' }
        local marks = { '', '', '', '*', '+', '-', '?' }
        local letters = { 'a', 'a', 'a', 'b', 'b', 'c', '(', ')', ' ', '1', 'A', '_', '.', ']', '\\0' }
        local state = c.seed
        local function random(n)
          state = (state * 6364136223846793005 + 1442695040888963407)
          return (state >> 33) % n + 1
        end
        local function text(most)
          local t = {}
          for i = 1, random(most) - 1 do t[i] = letters[random(#letters)] end
          return table.concat(t)
        end
        local function pattern()
          local t = {}
          if random(6) == 1 then t[1] = '^' end
          for _ = 1, random(5) do t[#t + 1] = pieces[random(#pieces)] .. marks[random(#marks)] end
          if random(6) == 1 then t[#t + 1] = '$' end
          return table.concat(t)
        end
        local function show(...)
          local t = table.pack(...)
          for i = 1, t.n do t[i] = tostring(t[i]) end
          return table.concat(t, '|')
        end
        local function all(gmatch)
          return function(s, p, i)
            local t = {}
            for a, b, x in gmatch(s, p, i) do
              t[#t + 1] = show(a, b, x)
              if #t > 30 then break end
            end
            return table.concat(t, ';')
          end
        end
        local replacements = { '<%0>', '%1', '%%', '%2x', 'r', '%', { a = 'A', ab = 7, b = false }, function(x, y) return y or x end,
          function() end, function() return {} end }
        local found, errors = 0, 0
        for i = 1, c.count do
          local s, p = text(12), pattern()
          local start = random(4) == 1 and random(16) - 8 or nil
          local r = replacements[random(#replacements)]
          local most = random(5) == 1 and random(3) or nil
          for _, pair in ipairs{
            { 'find', string.find, stock.find, start, random(9) == 1 },
            { 'match', string.match, stock.match, start },
            { 'gmatch', all(string.gmatch), all(stock.gmatch), start },
            { 'gsub', string.gsub, stock.gsub, r, most },
          } do
            local mine = show(pcall(pair[2], s, p, pair[4], pair[5]))
            local theirs = show(pcall(pair[3], s, p, pair[4], pair[5]))
            if mine ~= theirs then
              return string.format('%s(%q, %q, %s): %s, stock says %s', pair[1], s, p, tostring(pair[4]), mine, theirs)
            end
            if mine:sub(1, 5) == 'false' then errors = errors + 1 elseif mine ~= 'true|nil' then found = found + 1 end
          end
        end
        return { found, errors }
        """

    @Test(.timeLimit(.minutes(1)), arguments: [1, 2])
    func saysWhatTheStockOneSays(_ seed: Int) throws {
        let count = 30_000
        let outcome = try lua(
            Self.comparison, ["seed": .integer(Int64(seed)), "count": .integer(Int64(count))], Self.configuration())
        // Four functions a pair: 240,000 comparisons over both seeds.
        let numbers = try #require(outcome.listValue, "\(outcome)")
        #expect(numbers[0].integerValue ?? 0 > count)
        #expect(numbers[1].integerValue ?? 0 > count / 10)
    }

    static let documented: [(String, Value)] = [
        ("return { ('hello world'):find('wor') }", [7, 9]),
        ("return { ('hello'):find('l', -2) }", [4, 4]),
        ("return { ('a.b'):find('.', 2, true) }", [2, 2]),
        ("return { ('key = value'):match('^(%w+)%s*=%s*(%w+)$') }", ["key", "value"]),
        ("return { ('abc'):match('()b()') }", [2, 3]),
        ("return { ('THE (quick) fox'):find('%((%a+)%)') }", [5, 11, "quick"]),
        ("return { ('THE (quick) fox'):gsub('%f[%a]%a+', string.lower) }", ["the (quick) fox", 3]),
        ("return { ('hello world'):gsub('o', '0', 1) }", ["hell0 world", 1]),
        ("return { ('$name is $age'):gsub('%$(%w+)', { name = 'x', age = 3 }) }", ["x is 3", 2]),
        ("return { ('abc'):gsub('', '-') }", ["-a-b-c-", 4]),
        ("return { ('x'):rep(3, ',') , ('x'):rep(0), ('x'):rep(-1) }", ["x,x,x", "", ""]),
        ("return { ('%5.2f|%-5d|%q|%x'):format(1.5, 3, 'a\\n', 255) }", [" 1.50|3    |\"a\\\n\"|ff"]),
        ("local t = {} for k, v in ('a=1,b=2'):gmatch('(%w)=(%w)') do t[#t + 1] = k .. v end return t", ["a1", "b2"]),
    ]

    @Test(arguments: documented)
    func doesWhatTheManualSays(_ example: (String, Value)) throws {
        #expect(try lua(example.0) == example.1)
    }

    @Test func plainFindWorksAcrossItsWindows() throws {
        let body = """
            local needle = ('ab'):rep(3000) .. 'c'
            for _, gap in ipairs{ 0, 1, 4000, 4095, 4096, 4097, 8191, 12000, 50000 } do
              local text = ('a'):rep(gap) .. needle .. ('b'):rep(100)
              local from = text:find(needle, 1, true)
              if from ~= stock.find(text, needle, 1, true) then return gap end
              if (('x'):rep(gap) .. 'yz'):find('yz', 1, true) ~= gap + 1 then return -gap end
            end
            return 'same'
            """
        #expect(try lua(body, .null, Self.configuration()) == "same")
    }

    @Test func anEarlyHitInALongTextIsCheap() throws {
        let script = try Script(
            "local s = ('line\\n'):rep(20000) local n, at = 0, 1 while true do at = s:find('\\n', at, true) if not at then return n end n, at = n + 1, at + 1 end"
        )
        let result = try script.state.callNow(script.function)
        #expect(result.value == 20_000)
        #expect(result.ticks < 1_000_000)
    }
}
