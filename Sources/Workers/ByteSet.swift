/// A set of byte values.
struct ByteSet: Hashable, Sendable {
    private var words: SIMD4<UInt64> = .zero

    init() {}

    /// `ignoresCase`: whether an ASCII letter brings its other case along.
    init(_ bytes: [UInt8], ignoresCase: Bool = false) {
        for byte in bytes {
            insert(byte)
            let lower = byte | 0x20
            if ignoresCase, lower >= 0x61, lower <= 0x7A {
                insert(byte ^ 0x20)
            }
        }
    }

    static let all = ByteSet().inverted
    static let digits = ByteSet(Array(0x30...0x39))
    static let space = ByteSet([9, 10, 11, 12, 13, 32])
    /// Letters, digits and `_`; bytes of other alphabets count as letters.
    static let word = ByteSet(
        Array(0x30...0x39) + Array(0x41...0x5A) + [0x5F] + Array(0x61...0x7A) + Array(0x80...0xFF))

    var inverted: ByteSet {
        var set = self
        set.words = ~words
        return set
    }

    mutating func insert(_ byte: UInt8) {
        words[Int(byte >> 6)] |= 1 << UInt64(byte & 63)
    }

    mutating func formUnion(_ other: ByteSet) {
        words |= other.words
    }

    func contains(_ byte: UInt8) -> Bool {
        words[Int(byte >> 6)] >> UInt64(byte & 63) & 1 == 1
    }

    /// The byte that the set was made of; nil for a class of several.
    ///
    /// `spelled`: the byte as written, which decides between two cases of a letter.
    func only(ignoresCase: Bool, _ spelled: UInt8?) -> UInt8? {
        let bytes = (0...255).map { UInt8($0) }.filter { contains($0) }
        if bytes.count == 1 { return bytes[0] }
        guard ignoresCase, bytes.count == 2, bytes[0] ^ bytes[1] == 0x20 else { return nil }
        return spelled ?? bytes[1]
    }
}
