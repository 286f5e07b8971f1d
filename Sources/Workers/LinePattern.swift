/// Finds a regular expression in a line of bytes, in time proportional to the line's length.
///
/// A pattern comes from a model, and a backtracking matcher could be kept busy for years by one. This one runs all
/// alternatives at once (Thompson's construction) and remembers the sets of states it has met, as a table.
///
/// Known: `.`, `[a-z]`, `[^…]`, `\d \w \s \D \W \S \b \B`, `\t \n \r`, `\xHH`, `^`, `$`, groups, `(?:…)`, `|`, `* + ?`, `{m,n}`, lazy
/// forms (same lines). Not known, and refused: back references and look-around.
///
/// - SeeAlso: https://swtch.com/~rsc/regexp/regexp1.html
package struct LinePattern: Sendable {
    /// What is wrong with a pattern.
    package struct Fault: Error, Equatable, CustomStringConvertible {
        package let pattern: String
        package let reason: String

        package var description: String {
            "bad regular expression '\(pattern)': \(reason)"
        }
    }

    private var automaton: LineAutomaton

    /// - Throws: ``Fault`` for an expression that is malformed, not known, or larger than 2,000 states.
    package init(_ expression: String, ignoresCase: Bool = false) throws(Fault) {
        var parser = LinePatternParser(expression, ignoresCase: ignoresCase)
        automaton = LineAutomaton(program: try parser.parse())
    }

    /// Whether the pattern occurs anywhere in the line. ASCII letters only differ by case.
    package mutating func matches(_ line: ArraySlice<UInt8>) -> Bool {
        automaton.matches(line)
    }
}
