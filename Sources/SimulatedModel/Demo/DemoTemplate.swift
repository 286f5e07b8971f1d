import Vocabulary

/// The numbers that make one feature of a template differ from the next.
struct DemoConstants: Equatable, Sendable {
    /// 2 to 9.
    var a: Int
    /// 10 to 40.
    var b: Int
    /// 3 to 7.
    var c: Int

    init(a: Int, b: Int, c: Int) {
        self.a = a
        self.b = b
        self.c = c
    }

    init(_ dice: inout SeededDice) {
        self.init(a: dice.whole(in: 2...9), b: dice.whole(in: 10...40), c: dice.whole(in: 3...7))
    }

    /// Other constants, nearest first: what wrong code is made from.
    var neighbours: [DemoConstants] {
        (1...6).flatMap { step in
            [
                DemoConstants(a: a + step, b: b, c: c), DemoConstants(a: a, b: b + step, c: c),
                DemoConstants(a: a, b: b, c: c + step),
            ]
        }
    }

    /// The text with `{a}`, `{b}` and `{c}` filled in.
    func fill(_ text: String) -> String {
        text.replacing("{a}", with: String(a)).replacing("{b}", with: String(b)).replacing("{c}", with: String(c))
    }
}

/// A small algorithm in both languages, with a reference of our own that says what its tests expect.
struct DemoTemplate: Sendable {
    /// What a function takes, and the reference for that kind of argument.
    enum Shape: Sendable {
        case number(@Sendable (DemoConstants, Int) -> Value)
        case pair(@Sendable (DemoConstants, Int, Int) -> Value)
        case numbers(@Sendable (DemoConstants, [Int]) -> Value)
        case text(@Sendable (DemoConstants, String) -> Value)

        /// The folder of such functions, and the names of their parameters.
        var area: String {
            switch self {
            case .number: "numbers"
            case .pair: "pairs"
            case .numbers: "lists"
            case .text: "text"
            }
        }

        var parameters: [String] {
            switch self {
            case .number: ["n"]
            case .pair: ["left", "right"]
            case .numbers: ["items"]
            case .text: ["text"]
            }
        }
    }

    let name: String
    /// For people, with `{a}`, `{b}` and `{c}`.
    let summary: String
    /// The lines of the function's body, not indented.
    let lua: String
    let python: String
    let shape: Shape

    init(_ name: String, _ summary: String, lua: String, python: String, _ shape: Shape) {
        self.name = name
        self.summary = summary
        self.lua = lua
        self.python = python
        self.shape = shape
    }

    /// What the function returns for these arguments, which fit its shape.
    func expected(_ constants: DemoConstants, _ arguments: [Value]) -> Value {
        let numbers = arguments.compactMap(\.integerValue)
        return switch shape {
        case .number(let reference): reference(constants, numbers[0])
        case .pair(let reference): reference(constants, numbers[0], numbers[1])
        case .numbers(let reference):
            reference(constants, (arguments[0].listValue ?? []).compactMap(\.integerValue))
        case .text(let reference): reference(constants, arguments[0].stringValue ?? "")
        }
    }

    /// Eight argument lists that fit the shape, the simplest first.
    func arguments(_ dice: inout SeededDice) -> [[Value]] {
        switch shape {
        case .number:
            return [[0], [1]] + (0..<6).map { _ in [Value(dice.whole(in: 2...400))] }
        case .pair:
            return [[0, 0]] + (0..<7).map { _ in [Value(dice.whole(in: 0...60)), Value(dice.whole(in: 0...60))] }
        case .numbers:
            return [[[]]]
                + (0..<7).map { _ in
                    [.list((0...dice.whole(in: 1...8)).map { _ in Value(dice.whole(in: 0...90)) })]
                }
        case .text:
            return [[""]]
                + (0..<7).map { _ in
                    let words = (0...dice.whole(in: 0...3)).map { _ in dice.pick(Self.words) }
                    return [.string(words.joined(separator: " "))]
                }
        }
    }

    private static let words = [
        "amber", "birch", "cedar", "delta", "ember", "fjord", "gravel", "harbour", "ice", "juniper", "kelp", "lantern",
        "moon", "north", "ox", "pebble", "quartz", "river", "slate", "tide", "umber", "vale", "willow", "yarrow",
        "zinc",
    ]
}
