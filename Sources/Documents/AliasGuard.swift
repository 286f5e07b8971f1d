/// Finds documents that the parser itself would unfold without end.
///
/// The parser shares what an alias names, and ``NodeBuilder`` counts while it unfolds; but the parser hashes mapping keys
/// whole, and a key that holds nested aliases takes exponential time. Such keys are looked for in the text, coarsely: only
/// documents with more aliases than a person writes by hand are refused, and only if something looks like such a key.
enum AliasGuard {
    /// Below this, the worst nesting multiplies the work by less than a hundred (3 to the power of a third of it).
    private static let harmlessAliases = 12

    /// Where such a key may stand; nil when the document is harmless.
    static func dangerousKey(in text: String) -> DocumentPlace? {
        let bytes = Array(text.utf8)
        guard count(of: UInt8(ascii: "&"), in: bytes) > 1,
            count(of: UInt8(ascii: "*"), in: bytes) > harmlessAliases
        else { return nil }
        guard let index = bytes.indices.first(where: { isComplexKey(bytes, at: $0) }) else { return nil }
        var place = DocumentPlace(line: 1, column: 1)
        for scalar in String(decoding: bytes[..<index], as: UTF8.self).unicodeScalars { place.advance(over: scalar) }
        return place
    }

    private static func count(of sign: UInt8, in bytes: [UInt8]) -> Int {
        bytes.indices.count { bytes[$0] == sign && isTokenStart(bytes, at: $0) && !isSpace(bytes, at: $0 + 1) }
    }

    private static func isComplexKey(_ bytes: [UInt8], at index: Int) -> Bool {
        switch bytes[index] {
        case UInt8(ascii: "?"):
            return isTokenStart(bytes, at: index) && isSpace(bytes, at: index + 1)
        case UInt8(ascii: "]"), UInt8(ascii: "}"):
            return nextIsColon(bytes, after: index)
        case UInt8(ascii: "*"):
            guard isTokenStart(bytes, at: index) else { return false }
            let end = bytes[index...].firstIndex { $0.isSpace } ?? bytes.endIndex
            return nextIsColon(bytes, after: end - 1)
        default: return false
        }
    }

    private static func nextIsColon(_ bytes: [UInt8], after index: Int) -> Bool {
        bytes[(index + 1)...].first { !$0.isSpace } == UInt8(ascii: ":")
    }

    private static func isTokenStart(_ bytes: [UInt8], at index: Int) -> Bool {
        index == 0 || isSpace(bytes, at: index - 1) || "[{,".utf8.contains(bytes[index - 1])
    }

    /// The end of the text counts as space.
    private static func isSpace(_ bytes: [UInt8], at index: Int) -> Bool {
        index >= bytes.count || bytes[index].isSpace
    }
}
