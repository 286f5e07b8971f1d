/// A version such as `1.4.0` or `2.0.0-beta.1`, ordered by the rules of semantic versioning.
/// - SeeAlso: https://semver.org/spec/v2.0.0.html
package struct SemanticVersion: Comparable, CustomStringConvertible, Hashable, Sendable {
    package let major: Int
    package let minor: Int
    package let patch: Int
    /// The parts behind `-`; empty for a release.
    package let prerelease: [String]
    /// What stands behind `+`; it has no part in the order and none in equality.
    package let build: String?

    package init(_ major: Int, _ minor: Int, _ patch: Int, prerelease: [String] = [], build: String? = nil) {
        self.major = major
        self.minor = minor
        self.patch = patch
        self.prerelease = prerelease
        self.build = build
    }

    /// - Returns: nil for text that is no complete version.
    package init?(_ text: String) {
        let plus = text.split(separator: "+", maxSplits: 1, omittingEmptySubsequences: false)
        guard let front = plus.first, plus.count == 1 || Self.areIdentifiers(plus[1]) else { return nil }
        let dash = front.split(separator: "-", maxSplits: 1, omittingEmptySubsequences: false)
        guard let core = dash.first, dash.count == 1 || Self.areIdentifiers(dash[1]) else { return nil }
        let numbers = core.split(separator: ".", omittingEmptySubsequences: false).map(Self.number)
        guard numbers.count == 3, let major = numbers[0], let minor = numbers[1], let patch = numbers[2] else {
            return nil
        }
        let prerelease = dash.count == 1 ? [] : dash[1].split(separator: ".").map(String.init)
        guard prerelease.allSatisfy({ !Self.isNumeral($0) || Self.number($0) != nil }) else { return nil }
        self.init(major, minor, patch, prerelease: prerelease, build: plus.count == 1 ? nil : String(plus[1]))
    }

    package var description: String {
        let suffix =
            (prerelease.isEmpty ? "" : "-\(prerelease.joined(separator: "."))") + (build.map { "+\($0)" } ?? "")
        return "\(major).\(minor).\(patch)\(suffix)"
    }

    package static func == (left: Self, right: Self) -> Bool {
        left.core == right.core && left.prerelease == right.prerelease
    }

    package static func < (left: Self, right: Self) -> Bool {
        if left.core != right.core { return left.core < right.core }
        // A release comes after all of its previews.
        if left.prerelease.isEmpty || right.prerelease.isEmpty {
            return !left.prerelease.isEmpty && right.prerelease.isEmpty
        }
        for (one, other) in zip(left.prerelease, right.prerelease) where one != other { return precedes(one, other) }
        return left.prerelease.count < right.prerelease.count
    }

    package func hash(into hasher: inout Hasher) {
        hasher.combine(major)
        hasher.combine(minor)
        hasher.combine(patch)
        hasher.combine(prerelease)
    }

    private var core: (Int, Int, Int) { (major, minor, patch) }

    /// Numbers by value and before words; words by their bytes.
    private static func precedes(_ left: String, _ right: String) -> Bool {
        switch (number(left[...]), number(right[...])) {
        case (let left?, let right?): left < right
        case (.some, nil): true
        case (nil, .some): false
        case (nil, nil): left.utf8.lexicographicallyPrecedes(right.utf8)
        }
    }

    /// A number without a leading zero; nil for anything else.
    static func number(_ text: some StringProtocol) -> Int? {
        guard isNumeral(text), text == "0" || text.first != "0" else { return nil }
        return Int(text)
    }

    private static func isNumeral(_ text: some StringProtocol) -> Bool {
        !text.isEmpty && text.utf8.allSatisfy { (48...57).contains($0) }
    }

    private static func areIdentifiers(_ text: Substring) -> Bool {
        text.split(separator: ".", omittingEmptySubsequences: false).allSatisfy { part in
            !part.isEmpty
                && part.utf8.allSatisfy {
                    (48...57).contains($0) || (65...90).contains($0) || (97...122).contains($0)
                        || $0 == UInt8(ascii: "-")
                }
        }
    }
}
