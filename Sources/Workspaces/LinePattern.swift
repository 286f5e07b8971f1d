/// Finds a text or a regular expression in a line of bytes, in time proportional to the line's length.
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
            "bad search pattern `\(pattern)`: \(reason)"
        }
    }

    private enum Kind {
        case text([UInt8])
        case expression(LineAutomaton)
    }

    private var kind: Kind
    private let ignoresCase: Bool

    /// - Throws: ``Fault`` for a regular expression that is malformed, not known, or larger than 2,000 states.
    package init(_ pattern: String, isRegularExpression: Bool, ignoresCase: Bool) throws(Fault) {
        self.ignoresCase = ignoresCase
        if isRegularExpression {
            var parser = LinePatternParser(pattern, ignoresCase: ignoresCase)
            kind = .expression(LineAutomaton(program: try parser.parse()))
        } else {
            kind = .text(Array(pattern.utf8).map { ignoresCase ? Self.lowered($0) : $0 })
        }
    }

    /// Whether the pattern occurs anywhere in the line. ASCII letters only differ by case.
    package mutating func matches(_ line: ArraySlice<UInt8>) -> Bool {
        switch kind {
        case .text(let text):
            return Self.contains(text, line, ignoresCase: ignoresCase)
        case .expression(var automaton):
            // Taken out while it changes, so that its table is not copied.
            kind = .text([])
            defer { kind = .expression(automaton) }
            return automaton.matches(line)
        }
    }

    private static func contains(_ text: [UInt8], _ line: ArraySlice<UInt8>, ignoresCase: Bool) -> Bool {
        guard let first = text.first else { return true }
        guard line.count >= text.count else { return false }
        return (line.startIndex...line.endIndex - text.count).contains { start in
            var byte = line[start]
            if ignoresCase { byte = lowered(byte) }
            guard byte == first else { return false }
            return text.indices.allSatisfy { offset in
                let byte = line[start + offset]
                return (ignoresCase ? lowered(byte) : byte) == text[offset]
            }
        }
    }

    static func lowered(_ byte: UInt8) -> UInt8 {
        byte >= 0x41 && byte <= 0x5A ? byte | 0x20 : byte
    }
}
