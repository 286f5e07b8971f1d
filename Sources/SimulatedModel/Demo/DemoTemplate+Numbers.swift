import Vocabulary

extension DemoTemplate {
    /// From a whole number to a whole number; other features build on these.
    static let numberToNumber: [DemoTemplate] = [
        DemoTemplate(
            "scale", "n times {a} plus {b}",
            lua: "return n * {a} + {b}",
            python: "return n * {a} + {b}",
            .number { k, n in Value(n * k.a + k.b) }),
        DemoTemplate(
            "clamp", "n, but {a} at least and {b} at most",
            lua: """
                if n < {a} then return {a} end
                if n > {b} then return {b} end
                return n
                """,
            python: """
                if n < {a}:
                    return {a}
                if n > {b}:
                    return {b}
                return n
                """,
            .number { k, n in Value(min(max(n, k.a), k.b)) }),
        DemoTemplate(
            "digit_sum", "{a} times the sum of the digits of n in base {c}",
            lua: """
                local total = 0
                while n > 0 do
                  total = total + n % {c}
                  n = n // {c}
                end
                return total * {a}
                """,
            python: """
                total = 0
                while n > 0:
                    total += n % {c}
                    n //= {c}
                return total * {a}
                """,
            .number { k, n in Value(digits(n, base: k.c).reduce(0, +) * k.a) }),
        DemoTemplate(
            "shrink_steps", "how often n can be divided by {c} until it is {a} at most",
            lua: """
                local steps = 0
                while n > {a} do
                  n = n // {c}
                  steps = steps + 1
                end
                return steps
                """,
            python: """
                steps = 0
                while n > {a}:
                    n //= {c}
                    steps += 1
                return steps
                """,
            .number { k, n in
                Value(sequence(first: n) { $0 > k.a ? $0 / k.c : nil }.dropFirst().reduce(0) { count, _ in count + 1 })
            }),
        DemoTemplate(
            "curve", "n squared plus {a} times n plus {b}, modulo {c}01",
            lua: "return (n * n + {a} * n + {b}) % {c}01",
            python: "return (n * n + {a} * n + {b}) % {c}01",
            .number { k, n in Value((n * n + k.a * n + k.b) % (k.c * 100 + 1)) }),
        DemoTemplate(
            "multiples_sum", "the sum of all multiples of {a} up to n",
            lua: """
                local total = 0
                for value = {a}, n, {a} do
                  total = total + value
                end
                return total
                """,
            python: "return sum(range({a}, n + 1, {a}))",
            .number { k, n in Value(stride(from: k.a, through: n, by: k.a).reduce(0, +)) }),
        DemoTemplate(
            "power_mod", "n plus {a}, to the power {c}, modulo 997",
            lua: """
                local result = 1
                for _ = 1, {c} do
                  result = result * (n + {a}) % 997
                end
                return result
                """,
            python: "return pow(n + {a}, {c}, 997)",
            .number { k, n in Value((0..<k.c).reduce(1) { result, _ in result * (n + k.a) % 997 }) }),
    ]

    /// From a whole number to something else.
    static let numberToOther: [DemoTemplate] = [
        DemoTemplate(
            "grade", "low, middle or high, by turns of {a} numbers each",
            lua: """
                local names = {"low", "middle", "high"}
                return names[n // {a} % 3 + 1]
                """,
            python: """
                names = ["low", "middle", "high"]
                return names[n // {a} % 3]
                """,
            .number { k, n in .string(["low", "middle", "high"][n / k.a % 3]) }),
        DemoTemplate(
            "ladder", "{c} numbers that start at n and rise by {a}",
            lua: """
                local rungs = {}
                for step = 0, {c} - 1 do
                  rungs[#rungs + 1] = n + step * {a}
                end
                return rungs
                """,
            python: "return [n + step * {a} for step in range({c})]",
            .number { k, n in .list((0..<k.c).map { Value(n + $0 * k.a) }) }),
        DemoTemplate(
            "ticket", "a label of {b}, a dash and {a} times n",
            lua: #"return "{b}-" .. n * {a}"#,
            python: #"return "{b}-" + str(n * {a})"#,
            .number { k, n in .string("\(k.b)-\(n * k.a)") }),
        DemoTemplate(
            "spell", "the digits of n in base {c} as a text, after {a} and a colon",
            lua: """
                local text = ""
                repeat
                  text = n % {c} .. text
                  n = n // {c}
                until n == 0
                return "{a}:" .. text
                """,
            python: """
                text = str(n % {c})
                while n >= {c}:
                    n //= {c}
                    text = str(n % {c}) + text
                return "{a}:" + text
                """,
            .number { k, n in .string("\(k.a):" + digits(n, base: k.c).reversed().map(String.init).joined()) }),
    ]

    /// From two whole numbers.
    static let pairs: [DemoTemplate] = [
        DemoTemplate(
            "weigh", "{a} times left plus {b} times right",
            lua: "return left * {a} + right * {b}",
            python: "return left * {a} + right * {b}",
            .pair { k, left, right in Value(left * k.a + right * k.b) }),
        DemoTemplate(
            "distance", "how far left and right are apart, times {a}, plus {c}",
            lua: """
                local gap = left - right
                if gap < 0 then gap = -gap end
                return gap * {a} + {c}
                """,
            python: "return abs(left - right) * {a} + {c}",
            .pair { k, left, right in Value(abs(left - right) * k.a + k.c) }),
        DemoTemplate(
            "common", "the greatest common divisor of left plus {a} and right plus {b}",
            lua: """
                local x, y = left + {a}, right + {b}
                while y > 0 do
                  x, y = y, x % y
                end
                return x
                """,
            python: """
                x, y = left + {a}, right + {b}
                while y > 0:
                    x, y = y, x % y
                return x
                """,
            .pair { k, left, right in
                var (x, y) = (left + k.a, right + k.b)
                while y > 0 { (x, y) = (y, x % y) }
                return Value(x)
            }),
        DemoTemplate(
            "near", "whether left and right are at most {b} apart, and {a} when they are equal",
            lua: """
                if left == right then return {a} end
                return left - right <= {b} and right - left <= {b}
                """,
            python: """
                if left == right:
                    return {a}
                return left - right <= {b} and right - left <= {b}
                """,
            .pair { k, left, right in left == right ? Value(k.a) : .bool(abs(left - right) <= k.b) }),
        DemoTemplate(
            "grid", "the cell of column left and row right in a grid {b} wide, counted from {a}",
            lua: "return right * {b} + left % {b} + {a}",
            python: "return right * {b} + left % {b} + {a}",
            .pair { k, left, right in Value(right * k.b + left % k.b + k.a) }),
    ]

    /// The lowest digit first; one digit at least.
    private static func digits(_ number: Int, base: Int) -> [Int] {
        sequence(first: number) { $0 >= base ? $0 / base : nil }.map { $0 % base }
    }
}
