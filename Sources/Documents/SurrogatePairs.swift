/// JSON writes characters beyond the basic plane as two escapes (`\ud83c\udf19`), which YAML's scanner refuses.
enum SurrogatePairs {
    /// The text with each such pair replaced by its character; all else, also a lone half, stays as it is.
    static func joined(in text: String) -> String {
        let bytes = Array(text.utf8)
        // Only a JSON document: the same characters mean themselves in a plain or block scalar of YAML.
        guard let first = bytes.first(where: { !$0.isSpace }), first == UInt8(ascii: "{") || first == UInt8(ascii: "[")
        else { return text }
        var result: [UInt8] = []
        result.reserveCapacity(bytes.count)
        var index = 0
        while index < bytes.count {
            if let scalar = pair(in: bytes, at: index) {
                result += Array(String(scalar).utf8)
                index += 12
            } else if bytes[index] == UInt8(ascii: "\\"), index + 1 < bytes.count {
                result += bytes[index...(index + 1)]
                index += 2
            } else {
                result.append(bytes[index])
                index += 1
            }
        }
        return String(decoding: result, as: UTF8.self)
    }

    private static func pair(in bytes: [UInt8], at index: Int) -> Unicode.Scalar? {
        guard index + 12 <= bytes.count,
            let high = escape(bytes[index..<(index + 6)]), (0xD800..<0xDC00).contains(high),
            let low = escape(bytes[(index + 6)..<(index + 12)]), (0xDC00..<0xE000).contains(low)
        else { return nil }
        return Unicode.Scalar(0x10000 + (high - 0xD800) << 10 + (low - 0xDC00))
    }

    private static func escape(_ bytes: ArraySlice<UInt8>) -> UInt32? {
        guard bytes.starts(with: Array("\\u".utf8)) else { return nil }
        return UInt32(String(decoding: bytes.dropFirst(2), as: UTF8.self), radix: 16)
    }
}

extension UInt8 {
    /// Space, tab or line end.
    var isSpace: Bool {
        self == 0x20 || self == 0x09 || self == 0x0A || self == 0x0D
    }
}
