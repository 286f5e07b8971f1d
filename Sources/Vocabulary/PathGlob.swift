/// A pattern for paths: `*` and `?` stay inside a folder, `**` crosses folders, `[a-z]` is a set, `{a,b}` an alternative.
///
/// A pattern without `/` is matched against the whole path, so `conftest.py` is the one at the top and `**/conftest.py`
/// is every one, the one at the top included.
package struct PathGlob: Hashable, Sendable {
    package let pattern: String
    private let alternatives: [Alternative]

    /// One choice of the braces, with what every match of it must begin and end with: most paths fail there, cheaply.
    private struct Alternative: Hashable, Sendable {
        let tokens: [Token]
        let prefix: String
        let suffix: String

        init(_ pattern: String) {
            tokens = PathGlob.tokens(of: Array(pattern.unicodeScalars))
            prefix = Self.text(of: tokens.prefix { $0.literal != nil })
            suffix = Self.text(of: tokens.suffix(from: tokens.lastIndex { $0.literal == nil }.map { $0 + 1 } ?? 0))
        }

        var isLiteral: Bool {
            tokens.allSatisfy { $0.literal != nil }
        }

        private static func text(of tokens: some Sequence<Token>) -> String {
            var text = ""
            text.unicodeScalars.append(contentsOf: tokens.compactMap(\.literal))
            return text
        }
    }

    private enum Token: Hashable, Sendable {
        case literal(Unicode.Scalar)
        case anyScalar
        case anyInFolder
        case anything
        /// `**/`: no folder at all, or any number of whole ones.
        case anyFolders
        case set([ClosedRange<UInt32>], isNegated: Bool)

        var literal: Unicode.Scalar? {
            if case .literal(let scalar) = self { scalar } else { nil }
        }
    }

    package init(_ pattern: String) {
        self.pattern = pattern
        self.alternatives = Self.expandBraces(pattern).map { Alternative($0) }
    }

    package func matches(_ path: String) -> Bool {
        alternatives.contains { alternative in
            if alternative.isLiteral { return path == alternative.prefix }
            let ends = (start: alternative.prefix.utf8, end: alternative.suffix)
            guard path.utf8.starts(with: ends.start), path.hasSuffix(ends.end) else { return false }
            return Self.matches(alternative.tokens, Array(path.unicodeScalars))
        }
    }

    /// Follows every position that the tokens so far can reach; time is bounded by pattern times path, whatever the stars.
    private static func matches(_ tokens: [Token], _ path: [Unicode.Scalar]) -> Bool {
        var reachable = Set([0])
        for token in tokens {
            reachable = advance(reachable, over: token, path)
            if reachable.isEmpty { return false }
        }
        return reachable.contains(path.count)
    }

    private static func advance(_ from: Set<Int>, over token: Token, _ path: [Unicode.Scalar]) -> Set<Int> {
        switch token {
        case .anything:
            return Set((from.min() ?? 0)...path.count)
        case .anyFolders:
            let start = from.min() ?? 0
            return from.union((start..<max(path.count, start)).filter { path[$0] == "/" }.map { $0 + 1 })
        case .anyInFolder:
            var reached = from
            for start in from {
                var end = start
                while end < path.count, path[end] != "/" {
                    end += 1
                    if !reached.insert(end).inserted { break }
                }
            }
            return reached
        default:
            return Set(from.filter { $0 < path.count && accepts(token, path[$0]) }.map { $0 + 1 })
        }
    }

    private static func accepts(_ token: Token, _ scalar: Unicode.Scalar) -> Bool {
        switch token {
        case .literal(let expected): scalar == expected
        case .anyScalar: scalar != "/"
        case .set(let ranges, let isNegated):
            scalar != "/" && ranges.contains { $0.contains(scalar.value) } != isNegated
        case .anyInFolder, .anyFolders, .anything: true
        }
    }

    private static func tokens(of pattern: [Unicode.Scalar]) -> [Token] {
        var tokens: [Token] = []
        var index = 0
        while index < pattern.count {
            switch pattern[index] {
            case "*" where index + 1 < pattern.count && pattern[index + 1] == "*":
                index += 2
                let isFolder = index < pattern.count && pattern[index] == "/"
                tokens.append(isFolder ? .anyFolders : .anything)
                if isFolder { index += 1 }
            case "*":
                tokens.append(.anyInFolder)
                index += 1
            case "?":
                tokens.append(.anyScalar)
                index += 1
            case "[":
                let (token, next) = set(in: pattern, from: index)
                tokens.append(token)
                index = next
            default:
                tokens.append(.literal(pattern[index]))
                index += 1
            }
        }
        return tokens
    }

    /// The set that begins at `start`, or a plain bracket where none is closed.
    private static func set(in pattern: [Unicode.Scalar], from start: Int) -> (Token, Int) {
        guard let end = pattern[(start + 1)...].dropFirst().firstIndex(of: "]") else {
            return (.literal("["), start + 1)
        }
        var index = start + 1
        let isNegated = pattern[index] == "!" || pattern[index] == "^"
        if isNegated { index += 1 }
        var ranges: [ClosedRange<UInt32>] = []
        while index < end {
            let low = pattern[index].value
            if index + 2 < end, pattern[index + 1] == "-" {
                let high = pattern[index + 2].value
                ranges.append(min(low, high)...max(low, high))
                index += 3
            } else {
                ranges.append(low...low)
                index += 1
            }
        }
        return (.set(ranges, isNegated: isNegated), end + 1)
    }

    /// The pattern once for each choice of its braces; of more than 64 only the first ones, so that no pattern is a bomb.
    private static func expandBraces(_ pattern: String) -> [String] {
        var finished: [String] = []
        var open = [pattern]
        while let next = open.popLast(), finished.count < 64, open.count < 4_096 {
            guard let start = next.firstIndex(of: "{"), let end = next[start...].firstIndex(of: "}") else {
                finished.append(next)
                continue
            }
            let choices = next[next.index(after: start)..<end].split(separator: ",", omittingEmptySubsequences: false)
            let rest = next[next.index(after: end)...]
            open += choices.reversed().map { "\(next[..<start])\($0)\(rest)" }
        }
        return finished
    }
}
