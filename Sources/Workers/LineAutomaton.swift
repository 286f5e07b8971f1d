/// Runs a pattern's program over lines, all alternatives at once, and keeps a table of the steps it has taken.
struct LineAutomaton: Sendable {
    enum Assertion: Sendable {
        case lineStart, lineEnd, wordBoundary, noWordBoundary
    }

    enum Instruction: Sendable {
        case set(ByteSet)
        case assertion(Assertion)
        case jump(Int)
        case split(Int, Int)
        case accept
    }

    /// The instructions of a pattern; the first is where it starts.
    struct Program: Sendable {
        private(set) var instructions: [Instruction] = []
        private static let limit = 2_000
        /// Steps of the layout; nested counts of an empty group would take for ever without adding an instruction.
        private var work = 0

        /// - Returns: Whether the program is still small enough.
        mutating func append(_ instruction: Instruction) -> Bool {
            guard instructions.count < Self.limit else { return false }
            instructions.append(instruction)
            return true
        }

        mutating func append(node: LinePatternParser.Node) -> Bool {
            work += 1
            guard work < 10 * Self.limit else { return false }
            switch node {
            case .empty: return true
            case .set(let set): return append(.set(set))
            case .assertion(let assertion): return append(.assertion(assertion))
            case .sequence(let nodes): return nodes.allSatisfy { append(node: $0) }
            case .choice(let nodes): return appendChoice(nodes[...])
            case .repetition(let node, let minimum, let maximum):
                for _ in 0..<minimum {
                    guard append(node: node) else { return false }
                }
                guard let maximum else { return appendLoop(node) }
                for _ in minimum..<maximum {
                    guard appendOptional(node) else { return false }
                }
                return true
            }
        }

        private mutating func appendChoice(_ nodes: ArraySlice<LinePatternParser.Node>) -> Bool {
            guard let first = nodes.first else { return true }
            guard nodes.count > 1 else { return append(node: first) }
            let split = instructions.count
            guard append(.split(split + 1, 0)), append(node: first) else { return false }
            let jump = instructions.count
            guard append(.jump(0)) else { return false }
            instructions[split] = .split(split + 1, instructions.count)
            guard appendChoice(nodes.dropFirst()) else { return false }
            instructions[jump] = .jump(instructions.count)
            return true
        }

        private mutating func appendLoop(_ node: LinePatternParser.Node) -> Bool {
            let split = instructions.count
            guard append(.split(split + 1, 0)), append(node: node), append(.jump(split)) else { return false }
            instructions[split] = .split(split + 1, instructions.count)
            return true
        }

        private mutating func appendOptional(_ node: LinePatternParser.Node) -> Bool {
            let split = instructions.count
            guard append(.split(split + 1, 0)), append(node: node) else { return false }
            instructions[split] = .split(split + 1, instructions.count)
            return true
        }
    }

    /// Where all alternatives are, before the next byte is known.
    private struct Place: Hashable {
        /// Sorted positions in the program.
        var positions: [Int]
        var isAtStart: Bool
        var followsWord: Bool
    }

    private let program: [Instruction]
    private var places: [Place] = []
    private var numbers: [Place: Int] = [:]
    /// By place and byte, the end of the line being the 257th: the next place, or one of the two below.
    private var steps: [Int32] = []
    private static let unknown: Int32 = -1
    private static let found: Int32 = -2
    private static let symbolCount = 257
    /// Some 2 MB; the table starts anew when it is full.
    private static let placeLimit = 2_000

    init(program: Program) {
        self.program = program.instructions
    }

    /// Whether the pattern occurs anywhere in the line.
    mutating func matches(_ line: ArraySlice<UInt8>) -> Bool {
        var place = number(of: Place(positions: [0], isAtStart: true, followsWord: false))
        for byte in line {
            let next = step(from: place, Int(byte))
            if next == Self.found { return true }
            place = Int(next)
        }
        return step(from: place, 256) == Self.found
    }

    private mutating func step(from place: Int, _ symbol: Int) -> Int32 {
        let known = steps[place * Self.symbolCount + symbol]
        if known != Self.unknown { return known }
        let next = advance(places[place], symbol)
        let target: Int32
        if let next {
            let isFull = places.count >= Self.placeLimit && numbers[next] == nil
            target = Int32(number(of: next))
            if isFull { return target }
        } else {
            target = Self.found
        }
        steps[place * Self.symbolCount + symbol] = target
        return target
    }

    private mutating func number(of place: Place) -> Int {
        if let known = numbers[place] { return known }
        if places.count >= Self.placeLimit {
            places = []
            numbers = [:]
            steps = []
        }
        let number = places.count
        places.append(place)
        numbers[place] = number
        steps += Array(repeating: Self.unknown, count: Self.symbolCount)
        return number
    }

    /// - Returns: nil when the pattern has been found before this symbol.
    private func advance(_ place: Place, _ symbol: Int) -> Place? {
        let byte = symbol < 256 ? UInt8(symbol) : nil
        let isWord = byte.map { ByteSet.word.contains($0) } ?? false
        var seen = [Bool](repeating: false, count: program.count)
        var pending = place.positions
        var next: Set<Int> = [0]
        while let position = pending.popLast() {
            guard !seen[position] else { continue }
            seen[position] = true
            switch program[position] {
            case .accept: return nil
            case .jump(let target): pending.append(target)
            case .split(let first, let second): pending += [first, second]
            case .set(let set):
                if let byte, set.contains(byte) { next.insert(position + 1) }
            case .assertion(let assertion):
                let holds =
                    switch assertion {
                    case .lineStart: place.isAtStart
                    case .lineEnd: byte == nil
                    case .wordBoundary: place.followsWord != isWord
                    case .noWordBoundary: place.followsWord == isWord
                    }
                if holds { pending.append(position + 1) }
            }
        }
        return Place(positions: next.sorted(), isAtStart: false, followsWord: isWord)
    }
}
