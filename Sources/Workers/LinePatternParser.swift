/// Turns a regular expression into a program for ``LineAutomaton``.
///
/// Recursive descent: alternatives, sequences, repetitions, atoms. Fragments are built as trees and then laid out, so that a
/// counted repetition can lay the same fragment out several times.
struct LinePatternParser {
    indirect enum Node {
        case empty
        case set(ByteSet)
        case assertion(LineAutomaton.Assertion)
        case sequence([Node])
        case choice([Node])
        /// `maximum` nil: without end.
        case repetition(Node, minimum: Int, maximum: Int?)
    }

    private let pattern: String
    private let bytes: [UInt8]
    private let ignoresCase: Bool
    private var position = 0
    private var depth = 0

    init(_ pattern: String, ignoresCase: Bool) {
        self.pattern = pattern
        self.ignoresCase = ignoresCase
        bytes = Array(pattern.utf8)
    }

    mutating func parse() throws(LinePattern.Fault) -> LineAutomaton.Program {
        guard bytes.count <= 1_000 else { throw fault("it is longer than 1000 bytes") }
        let node = try choice()
        guard position == bytes.count else { throw fault("`)` without `(`") }
        var program = LineAutomaton.Program()
        guard program.append(node: node), program.append(.accept) else { throw fault("it is too large") }
        return program
    }

    private mutating func choice() throws(LinePattern.Fault) -> Node {
        depth += 1
        defer { depth -= 1 }
        guard depth <= 100 else { throw fault("groups are nested too deep") }
        var choices = [try sequence()]
        while take("|") {
            choices.append(try sequence())
        }
        return choices.count == 1 ? choices[0] : .choice(choices)
    }

    private mutating func sequence() throws(LinePattern.Fault) -> Node {
        var nodes: [Node] = []
        while let byte = peek, byte != UInt8(ascii: "|"), byte != UInt8(ascii: ")") {
            nodes.append(try repetition())
        }
        return nodes.isEmpty ? .empty : .sequence(nodes)
    }

    private mutating func repetition() throws(LinePattern.Fault) -> Node {
        var node = try atom()
        while let byte = peek {
            switch byte {
            case UInt8(ascii: "*"): node = .repetition(node, minimum: 0, maximum: nil)
            case UInt8(ascii: "+"): node = .repetition(node, minimum: 1, maximum: nil)
            case UInt8(ascii: "?"): node = .repetition(node, minimum: 0, maximum: 1)
            case UInt8(ascii: "{"):
                guard let (minimum, maximum) = try bounds() else { return node }
                node = .repetition(node, minimum: minimum, maximum: maximum)
                position -= 1
            default: return node
            }
            position += 1
            // A lazy form finds the same lines.
            if !take("?"), peek == UInt8(ascii: "+") { throw fault("possessive repetition is not known") }
        }
        return node
    }

    /// Reads `{m}`, `{m,}` or `{m,n}`; nil, with nothing read, when the brace is just a brace.
    private mutating func bounds() throws(LinePattern.Fault) -> (Int, Int?)? {
        let start = position
        position += 1
        let minimum = number()
        let hasComma = take(",")
        let maximum = hasComma ? number() : minimum
        guard take("}"), let minimum else {
            position = start
            return nil
        }
        guard minimum <= 1_000, maximum ?? 0 <= 1_000 else { throw fault("a repetition is counted beyond 1000") }
        guard maximum.map({ $0 >= minimum }) ?? true else { throw fault("a repetition counts down") }
        return (minimum, maximum)
    }

    private mutating func number() -> Int? {
        var value: Int?
        while let byte = peek, byte >= 0x30, byte <= 0x39, value ?? 0 < 100_000 {
            value = (value ?? 0) * 10 + Int(byte - 0x30)
            position += 1
        }
        return value
    }

    private mutating func atom() throws(LinePattern.Fault) -> Node {
        guard let byte = peek else { throw fault("it ends too early") }
        position += 1
        switch byte {
        case UInt8(ascii: "."): return .set(.all)
        case UInt8(ascii: "^"): return .assertion(.lineStart)
        case UInt8(ascii: "$"): return .assertion(.lineEnd)
        case UInt8(ascii: "("): return try group()
        case UInt8(ascii: "["): return try bracket()
        case UInt8(ascii: "\\"): return try escape()
        case UInt8(ascii: "*"), UInt8(ascii: "+"), UInt8(ascii: "?"):
            throw fault("nothing to repeat before `\(Character(UnicodeScalar(byte)))`")
        default: break
        }
        position -= 1
        return character()
    }

    /// One character as it stands; a character of several bytes is repeated as a whole.
    private mutating func character() -> Node {
        var nodes: [Node] = []
        repeat {
            nodes.append(.set(ByteSet([bytes[position]], ignoresCase: ignoresCase)))
            position += 1
        } while position < bytes.count && bytes[position] & 0xC0 == 0x80
        return nodes.count == 1 ? nodes[0] : .sequence(nodes)
    }

    private mutating func group() throws(LinePattern.Fault) -> Node {
        if take("?"), !take(":") { throw fault("look-around, named groups and flags are not known") }
        let node = try choice()
        guard take(")") else { throw fault("`(` without `)`") }
        return node
    }

    private mutating func escape() throws(LinePattern.Fault) -> Node {
        guard let byte = peek else { throw fault("it ends with a backslash") }
        switch byte {
        case UInt8(ascii: "b"):
            position += 1
            return .assertion(.wordBoundary)
        case UInt8(ascii: "B"):
            position += 1
            return .assertion(.noWordBoundary)
        case UInt8(ascii: "A"), UInt8(ascii: "Z"), UInt8(ascii: "z"):
            position += 1
            return .assertion(byte == UInt8(ascii: "A") ? .lineStart : .lineEnd)
        default:
            guard byte < 0x80 else { return character() }
            return .set(try escapedSet())
        }
    }

    /// What follows a backslash, in brackets or out of them.
    private mutating func escapedSet() throws(LinePattern.Fault) -> ByteSet {
        guard let byte = peek else { throw fault("it ends with a backslash") }
        position += 1
        switch byte {
        case UInt8(ascii: "d"): return .digits
        case UInt8(ascii: "D"): return ByteSet.digits.inverted
        case UInt8(ascii: "w"): return .word
        case UInt8(ascii: "W"): return ByteSet.word.inverted
        case UInt8(ascii: "s"): return .space
        case UInt8(ascii: "S"): return ByteSet.space.inverted
        case UInt8(ascii: "t"): return ByteSet([9])
        case UInt8(ascii: "n"): return ByteSet([10])
        case UInt8(ascii: "r"): return ByteSet([13])
        case UInt8(ascii: "f"): return ByteSet([12])
        case UInt8(ascii: "v"): return ByteSet([11])
        case UInt8(ascii: "x"): return try hexadecimal()
        case 0x30...0x39: throw fault("back references are not known")
        case 0x41...0x5A, 0x61...0x7A: throw fault("`\\\(Character(UnicodeScalar(byte)))` is not known")
        default: return ByteSet([byte], ignoresCase: ignoresCase)
        }
    }

    private mutating func hexadecimal() throws(LinePattern.Fault) -> ByteSet {
        let digits = bytes[position...].prefix(2)
        guard digits.count == 2, let byte = UInt8(String(decoding: digits, as: UTF8.self), radix: 16) else {
            throw fault("`\\x` wants two hex digits")
        }
        position += 2
        return ByteSet([byte], ignoresCase: ignoresCase)
    }

    private mutating func bracket() throws(LinePattern.Fault) -> Node {
        let isInverted = take("^")
        var set = ByteSet()
        var longCharacters: [Node] = []
        var isFirst = true
        while let byte = peek, byte != UInt8(ascii: "]") || isFirst {
            isFirst = false
            guard byte < 0x80 else {
                // Several bytes do not fit into a set of bytes; inverted, they are simply not excluded.
                longCharacters.append(character())
                continue
            }
            position += 1
            var item = ByteSet([byte], ignoresCase: ignoresCase)
            if byte == UInt8(ascii: "\\") { item = try escapedSet() }
            if byte == UInt8(ascii: "["), peek == UInt8(ascii: ":") { throw fault("`[:class:]` is not known") }
            if let low = item.only(ignoresCase: ignoresCase, byte), let high = try rangeEnd() {
                guard low <= high else { throw fault("a range counts down") }
                item = ByteSet(Array(low...high), ignoresCase: ignoresCase)
            }
            set.formUnion(item)
        }
        guard take("]") else { throw fault("`[` without `]`") }
        if isInverted { return .set(set.inverted) }
        return longCharacters.isEmpty ? .set(set) : .choice([.set(set)] + longCharacters)
    }

    /// The upper end of a range, if a hyphen and one follow.
    private mutating func rangeEnd() throws(LinePattern.Fault) -> UInt8? {
        guard peek == UInt8(ascii: "-"), position + 1 < bytes.count, bytes[position + 1] != UInt8(ascii: "]") else {
            return nil
        }
        position += 1
        let byte = bytes[position]
        guard byte < 0x80 else { throw fault("a range ends beyond ASCII") }
        position += 1
        guard byte == UInt8(ascii: "\\") else { return byte }
        guard let end = try escapedSet().only(ignoresCase: ignoresCase, nil) else {
            throw fault("a range ends with a class")
        }
        return end
    }

    private var peek: UInt8? {
        position < bytes.count ? bytes[position] : nil
    }

    private mutating func take(_ scalar: UnicodeScalar) -> Bool {
        guard peek == UInt8(ascii: scalar) else { return false }
        position += 1
        return true
    }

    private func fault(_ reason: String) -> LinePattern.Fault {
        LinePattern.Fault(pattern: pattern, reason: reason)
    }
}
