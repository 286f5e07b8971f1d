/// Which versions will do: `>=1.2, <2`, `^1.4`, `~>1.2`, `1`, `=1.2.3` or `*`; all of its parts must hold.
///
/// `^1.4` is from 1.4.0 up to the next major (below 1: the next minor); `~>1.2` lets the last given number grow; a bare
/// version means everything that starts with it. A preview is in a range only if the range names one of its own release.
package struct VersionRange: CustomStringConvertible, Equatable, Sendable {
    private struct Part: Equatable {
        var lowest: SemanticVersion?
        var isLowestIncluded = true
        var highest: SemanticVersion?
        var isHighestIncluded = false
    }

    /// Every release: `*`.
    package static let all = VersionRange(description: "*", parts: [])

    /// As it was written.
    package let description: String
    private let parts: [Part]

    /// - Returns: nil for text that is no range.
    package init?(_ text: String) {
        let pieces = text.split(separator: ",", omittingEmptySubsequences: false).map(Self.trimmed)
        let parts = pieces.compactMap(Self.part)
        guard !pieces.isEmpty, parts.count == pieces.count else { return nil }
        description = text
        self.parts = parts
    }

    private init(description: String, parts: [Part]) {
        self.description = description
        self.parts = parts
    }

    package func contains(_ version: SemanticVersion) -> Bool {
        guard parts.allSatisfy({ Self.admits($0, version) }) else { return false }
        guard !version.prerelease.isEmpty else { return true }
        return parts.contains { part in
            [part.lowest, part.highest].contains { bound in
                guard let bound, !bound.prerelease.isEmpty else { return false }
                return (bound.major, bound.minor, bound.patch) == (version.major, version.minor, version.patch)
            }
        }
    }

    private static func admits(_ part: Part, _ version: SemanticVersion) -> Bool {
        if let lowest = part.lowest, version < lowest || (version == lowest && !part.isLowestIncluded) { return false }
        if let highest = part.highest, version > highest || (version == highest && !part.isHighestIncluded) {
            return false
        }
        return true
    }

    private static func part(_ text: Substring) -> Part? {
        if text == "*" { return Part() }
        let signs = ["~>", ">=", "<=", "^", "~", ">", "<", "="]
        let sign = signs.first { text.hasPrefix($0) } ?? ""
        guard let (version, given) = version(trimmed(text.dropFirst(sign.count))) else { return nil }
        switch sign {
        case ">=": return Part(lowest: version)
        case ">":
            // `>1.2` is beyond every 1.2.x.
            return given == 3 ? Part(lowest: version, isLowestIncluded: false) : Part(lowest: next(version, at: given))
        case "<": return Part(highest: version)
        case "<=":
            return given == 3
                ? Part(highest: version, isHighestIncluded: true) : Part(highest: next(version, at: given))
        case "^": return Part(lowest: version, highest: next(version, at: version.major > 0 || given == 1 ? 1 : 2))
        case "~>": return Part(lowest: version, highest: next(version, at: max(given - 1, 1)))
        case "~": return Part(lowest: version, highest: next(version, at: min(given, 2)))
        default:
            guard given < 3 else { return Part(lowest: version, highest: version, isHighestIncluded: true) }
            return Part(lowest: version, highest: next(version, at: given))
        }
    }

    /// A version that may lack its last numbers, and how many of them it gives.
    private static func version(_ text: Substring) -> (SemanticVersion, given: Int)? {
        if let version = SemanticVersion(String(text)) { return (version, 3) }
        let numbers = text.split(separator: ".", omittingEmptySubsequences: false).map { SemanticVersion.number($0) }
        guard (1...2).contains(numbers.count), let major = numbers[0] else { return nil }
        guard numbers.count == 2 else { return (SemanticVersion(major, 0, 0), 1) }
        return numbers[1].map { (SemanticVersion(major, $0, 0), 2) }
    }

    /// The first version whose number at `place` (1 is the major) is one higher.
    private static func next(_ version: SemanticVersion, at place: Int) -> SemanticVersion {
        switch place {
        case 1: SemanticVersion(saturated(version.major), 0, 0)
        case 2: SemanticVersion(version.major, saturated(version.minor), 0)
        default: SemanticVersion(version.major, version.minor, saturated(version.patch))
        }
    }

    private static func saturated(_ number: Int) -> Int {
        number == .max ? number : number + 1
    }

    private static func trimmed(_ text: Substring) -> Substring {
        var text = text.drop { $0 == " " }
        while text.last == " " { text.removeLast() }
        return text
    }
}
