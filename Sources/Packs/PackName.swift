import Vocabulary

/// The name of a pack: `python-pytest`, or `acme/strict-diff` with its owner.
package struct PackName: Identifier {
    package let rawValue: String

    package init(rawValue: String) {
        self.rawValue = rawValue
    }

    /// Whether it is one or two words of lower-case letters, digits, `-` and `_`, so that it is a safe folder too.
    package var isValid: Bool {
        let words = rawValue.split(separator: "/", omittingEmptySubsequences: false)
        return (1...2).contains(words.count) && rawValue.utf8.count <= 100
            && words.allSatisfy { word in
                guard let first = word.utf8.first, Self.isLetterOrDigit(first) else { return false }
                return word.utf8.allSatisfy {
                    Self.isLetterOrDigit($0) || $0 == UInt8(ascii: "-") || $0 == UInt8(ascii: "_")
                }
            }
    }

    private static func isLetterOrDigit(_ byte: UInt8) -> Bool {
        (97...122).contains(byte) || (48...57).contains(byte)
    }
}
