import Vocabulary

/// One feature of a generated repository, before it is written as text.
struct DemoFeature: Sendable {
    /// Another feature's function that this one's calls.
    struct Callee: Sendable {
        var id: FeatureID
        /// As `require` or `import` names it: `src.numbers.scale_3`.
        var module: String
        var function: String
        var expected: @Sendable ([Value]) -> Value
    }

    enum Missing: Sendable {
        case nothing, source, test, both
    }

    var template: DemoTemplate
    var constants: DemoConstants
    /// Constants for wrong code; a nil in their place is code that returns nothing.
    var wrong: [DemoConstants?] = []
    var function: String
    var area: String
    /// The source file's name without folder and extension.
    var module: String
    /// The test file's name, likewise without its affix.
    var testModule: String
    var callee: Callee?
    var cases: [[Value]] = []
    var missing = Missing.nothing
    /// Whether the stub stands on one line, without a blank line to the next stub.
    var isCompact = false
    /// Whether the shared source file has no stub of it.
    var isStubAbsent = false
    var isSourceShared = false
    var isTestShared = false
    var priority = 0
    /// 0-based.
    var batch = 0

    var id: FeatureID {
        FeatureID(rawValue: "\(area).\(function)")
    }

    var testIDs: [String] {
        ["test_\(function)_simple", "test_\(function)_more"]
    }

    /// What the function returns.
    func expected(_ constants: DemoConstants, _ arguments: [Value]) -> Value {
        guard let callee else { return template.expected(constants, arguments) }
        return template.expected(constants, [callee.expected(arguments)])
    }

    /// What it does, for people.
    var summary: String {
        let text = constants.fill(template.summary)
        guard let callee else { return "Returns \(text)." }
        return "Returns \(text), where n is what \(callee.function) of \(callee.module) returns."
    }

    /// Chooses test cases, and two sets of wrong constants that at least one case tells from the right ones.
    mutating func chooseCases(_ dice: inout SeededDice) {
        let shape = callee == nil ? template : DemoTemplate.numberToNumber[0]
        cases = shape.arguments(&dice)
        let telling = constants.neighbours.filter { neighbour in
            cases.contains { expected(neighbour, $0) != expected(constants, $0) }
        }
        wrong = Array((telling.map(Optional.some) + [nil, nil]).prefix(2))
    }
}
