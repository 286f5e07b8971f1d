import Vocabulary

extension DemoTemplate {
    /// From a list of whole numbers.
    static let lists: [DemoTemplate] = [
        DemoTemplate(
            "sum_above", "the sum of the items above {b}, plus {a}",
            lua: """
                local total = {a}
                for _, item in ipairs(items) do
                  if item > {b} then total = total + item end
                end
                return total
                """,
            python: "return {a} + sum(item for item in items if item > {b})",
            .numbers { k, items in Value(k.a + items.filter { $0 > k.b }.reduce(0, +)) }),
        DemoTemplate(
            "stretch", "every item times {a} plus {c}",
            lua: """
                local result = {}
                for index, item in ipairs(items) do
                  result[index] = item * {a} + {c}
                end
                return result
                """,
            python: "return [item * {a} + {c} for item in items]",
            .numbers { k, items in .list(items.map { Value($0 * k.a + k.c) }) }),
        DemoTemplate(
            "keep_multiples", "the items that {c} divides, each plus {a}",
            lua: """
                local result = {}
                for _, item in ipairs(items) do
                  if item % {c} == 0 then result[#result + 1] = item + {a} end
                end
                return result
                """,
            python: "return [item + {a} for item in items if item % {c} == 0]",
            .numbers { k, items in .list(items.filter { $0.isMultiple(of: k.c) }.map { Value($0 + k.a) }) }),
        DemoTemplate(
            "chunk_sums", "the sums of every {c} items in a row, each plus {a}",
            lua: """
                local sums = {}
                for index, item in ipairs(items) do
                  local chunk = (index - 1) // {c} + 1
                  sums[chunk] = (sums[chunk] or {a}) + item
                end
                return sums
                """,
            python: "return [{a} + sum(items[start:start + {c}]) for start in range(0, len(items), {c})]",
            .numbers { k, items in
                .list(
                    stride(from: 0, to: items.count, by: k.c).map {
                        Value(items[$0..<min($0 + k.c, items.count)].reduce(k.a, +))
                    })
            }),
        DemoTemplate(
            "running", "running totals that start at {a}, modulo {b}",
            lua: """
                local total, result = {a}, {}
                for index, item in ipairs(items) do
                  total = (total + item) % {b}
                  result[index] = total
                end
                return result
                """,
            python: """
                total, result = {a}, []
                for item in items:
                    total = (total + item) % {b}
                    result.append(total)
                return result
                """,
            .numbers { k, items in
                var total = k.a
                return .list(
                    items.map { item in
                        total = (total + item) % k.b
                        return Value(total)
                    })
            }),
        DemoTemplate(
            "largest", "the largest item, or {a} when there is none larger",
            lua: """
                local best = {a}
                for _, item in ipairs(items) do
                  if item > best then best = item end
                end
                return best
                """,
            python: "return max(items + [{a}])",
            .numbers { k, items in Value(max(k.a, items.max() ?? 0)) }),
        DemoTemplate(
            "tally", "how many items there are by their remainder modulo {c}",
            lua: """
                local counts = {}
                for _, item in ipairs(items) do
                  local key = "r" .. item % {c}
                  counts[key] = (counts[key] or 0) + 1
                end
                return counts
                """,
            python: """
                counts = {}
                for item in items:
                    key = "r" + str(item % {c})
                    counts[key] = counts.get(key, 0) + 1
                return counts
                """,
            .numbers { k, items in
                .map(Dictionary(grouping: items) { "r\($0 % k.c)" }.mapValues { Value($0.count) })
            }),
        DemoTemplate(
            "rotate", "the items, with the first {c} moved to the end",
            lua: """
                local result = {}
                for index = 1, #items do
                  result[index] = items[(index - 1 + {c}) % #items + 1]
                end
                return result
                """,
            python: "return [items[(index + {c}) % len(items)] for index in range(len(items))]",
            .numbers { k, items in .list(items.indices.map { Value(items[($0 + k.c) % items.count]) }) }),
        DemoTemplate(
            "first_of_each", "the first item of each group of {b} numbers in a row",
            lua: """
                local seen, result = {}, {}
                for _, item in ipairs(items) do
                  local group = item // {b}
                  if not seen[group] then
                    seen[group] = true
                    result[#result + 1] = item
                  end
                end
                return result
                """,
            python: """
                seen, result = set(), []
                for item in items:
                    if item // {b} not in seen:
                        seen.add(item // {b})
                        result.append(item)
                return result
                """,
            .numbers { k, items in
                var seen: Set<Int> = []
                return .list(items.filter { seen.insert($0 / k.b).inserted }.map { Value($0) })
            }),
        DemoTemplate(
            "arrange", "the items in order of their remainder modulo {c}, then of their size",
            lua: """
                local result = {}
                for index, item in ipairs(items) do result[index] = item end
                table.sort(result, function(x, y)
                  if x % {c} ~= y % {c} then return x % {c} < y % {c} end
                  return x < y
                end)
                return result
                """,
            python: "return sorted(items, key=lambda item: (item % {c}, item))",
            .numbers { k, items in .list(items.sorted { ($0 % k.c, $0) < ($1 % k.c, $1) }.map { Value($0) }) }),
        DemoTemplate(
            "jumps", "from each item to the next, times {a}",
            lua: """
                local result = {}
                for index = 2, #items do
                  result[index - 1] = (items[index] - items[index - 1]) * {a}
                end
                return result
                """,
            python: "return [(after - before) * {a} for before, after in zip(items, items[1:])]",
            .numbers { k, items in .list(zip(items, items.dropFirst()).map { Value(($1 - $0) * k.a) }) }),
        DemoTemplate(
            "place", "the place of the first item above {b}, counted from {a}, or 0",
            lua: """
                for index, item in ipairs(items) do
                  if item > {b} then return index - 1 + {a} end
                end
                return 0
                """,
            python: """
                for index, item in enumerate(items):
                    if item > {b}:
                        return index + {a}
                return 0
                """,
            .numbers { k, items in Value(items.firstIndex { $0 > k.b }.map { $0 + k.a } ?? 0) }),
    ]
}
