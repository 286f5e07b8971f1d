import CGit2

/// The SHA-1 name of a git object: a commit, a tree or a blob.
///
/// Sorts as its hex text does and codes as that text.
package struct ObjectID: Hashable, Sendable {
    // Twenty bytes in three integers, most significant byte first: hashes and compares without a loop.
    private let head: UInt64
    private let middle: UInt64
    private let tail: UInt32

    /// Reads 40 hex digits of either case; nil for anything else.
    package init?(hex: String) {
        var words: [UInt64] = [0, 0, 0]
        var count = 0
        for byte in hex.utf8 {
            guard count < 40, let digit = Self.digit(byte) else { return nil }
            words[count / 16] = words[count / 16] << 4 | digit
            count += 1
        }
        guard count == 40 else { return nil }
        (head, middle, tail) = (words[0], words[1], UInt32(truncatingIfNeeded: words[2]))
    }

    init(_ raw: git_oid) {
        (head, middle, tail) = withUnsafeBytes(of: raw) { bytes in
            (
                UInt64(bigEndian: bytes.loadUnaligned(fromByteOffset: 0, as: UInt64.self)),
                UInt64(bigEndian: bytes.loadUnaligned(fromByteOffset: 8, as: UInt64.self)),
                UInt32(bigEndian: bytes.loadUnaligned(fromByteOffset: 16, as: UInt32.self))
            )
        }
    }

    var raw: git_oid {
        var oid = git_oid()
        withUnsafeMutableBytes(of: &oid) { bytes in
            bytes.storeBytes(of: head.bigEndian, toByteOffset: 0, as: UInt64.self)
            bytes.storeBytes(of: middle.bigEndian, toByteOffset: 8, as: UInt64.self)
            bytes.storeBytes(of: tail.bigEndian, toByteOffset: 16, as: UInt32.self)
        }
        return oid
    }

    /// The name that a blob with this content has, whether or not it is stored anywhere.
    package static func blob(of content: [UInt8]) -> ObjectID {
        LibGit.start()
        var oid = git_oid()
        _ = content.withUnsafeBytes { git_odb_hash(&oid, $0.baseAddress, $0.count, GIT_OBJECT_BLOB) }
        return ObjectID(oid)
    }

    private static func digit(_ byte: UInt8) -> UInt64? {
        switch byte {
        case UInt8(ascii: "0")...UInt8(ascii: "9"): UInt64(byte - UInt8(ascii: "0"))
        case UInt8(ascii: "a")...UInt8(ascii: "f"): UInt64(byte - UInt8(ascii: "a") + 10)
        case UInt8(ascii: "A")...UInt8(ascii: "F"): UInt64(byte - UInt8(ascii: "A") + 10)
        default: nil
        }
    }
}

extension ObjectID: Comparable {
    package static func < (left: ObjectID, right: ObjectID) -> Bool {
        (left.head, left.middle, left.tail) < (right.head, right.middle, right.tail)
    }
}

extension ObjectID: CustomStringConvertible {
    /// 40 lower-case hex digits.
    package var description: String {
        let digits = Array("0123456789abcdef".utf8)
        return String(unsafeUninitializedCapacity: 40) { buffer in
            for index in 0..<40 {
                let word = index < 16 ? head : index < 32 ? middle : UInt64(tail)
                let shift = index < 32 ? 60 - index % 16 * 4 : 28 - index % 16 * 4
                buffer[index] = digits[Int(word >> UInt64(shift) & 15)]
            }
            return 40
        }
    }
}

extension ObjectID: Codable {
    package init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        let text = try container.decode(String.self)
        guard let value = ObjectID(hex: text) else {
            throw DecodingError.dataCorruptedError(in: container, debugDescription: "not 40 hex digits: \(text)")
        }
        self = value
    }

    package func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(description)
    }
}
