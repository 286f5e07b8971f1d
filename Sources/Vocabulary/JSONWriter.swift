/// Writes JSON as bytes: strings by runs instead of by characters, because a conversation is sent again every turn.
package struct JSONWriter {
    package private(set) var bytes: [UInt8] = []

    package init(capacity: Int) {
        bytes.reserveCapacity(capacity)
    }

    /// Punctuation, literals and everything else that is JSON already.
    package mutating func raw(_ text: StaticString) {
        text.withUTF8Buffer { bytes.append(contentsOf: $0) }
    }

    /// What was written by another writer.
    package mutating func encoded(_ json: [UInt8]) {
        bytes.append(contentsOf: json)
    }

    package mutating func integer(_ number: some FixedWidthInteger) {
        bytes.append(contentsOf: String(number).utf8)
    }

    /// A structured value, compact, with sorted keys; a number that JSON cannot hold becomes null.
    package mutating func value(_ value: Value) {
        switch value {
        case .list(let values):
            raw("[")
            for (index, value) in values.enumerated() {
                if index > 0 { raw(",") }
                self.value(value)
            }
            raw("]")
        case .map(let entries):
            raw("{")
            for (index, entry) in entries.sorted(by: { $0.key < $1.key }).enumerated() {
                if index > 0 { raw(",") }
                string(entry.key)
                raw(":")
                self.value(entry.value)
            }
            raw("}")
        case .null, .bool, .integer, .number, .string: scalar(value)
        }
    }

    /// A structured value for people, whose first line stands `depth` levels deep.
    package mutating func prettyValue(_ value: Value, depth: Int) {
        switch value {
        case .list(let values) where !values.isEmpty:
            raw("[")
            for (index, value) in values.enumerated() {
                if index > 0 { raw(",") }
                startLine(depth: depth + 1)
                prettyValue(value, depth: depth + 1)
            }
            startLine(depth: depth)
            raw("]")
        case .map(let entries) where !entries.isEmpty:
            raw("{")
            for (index, entry) in entries.sorted(by: { $0.key < $1.key }).enumerated() {
                if index > 0 { raw(",") }
                startLine(depth: depth + 1)
                string(entry.key)
                raw(": ")
                prettyValue(entry.value, depth: depth + 1)
            }
            startLine(depth: depth)
            raw("}")
        case .null, .bool, .integer, .number, .string, .list, .map: self.value(value)
        }
    }

    private mutating func scalar(_ value: Value) {
        switch value {
        case .bool(true): raw("true")
        case .bool(false): raw("false")
        case .integer(let value): integer(value)
        case .number(let value) where value.isFinite: bytes.append(contentsOf: value.description.utf8)
        case .string(let value): string(value)
        case .null, .number, .list, .map: raw("null")
        }
    }

    private mutating func startLine(depth: Int) {
        bytes.append(UInt8(ascii: "\n"))
        bytes.append(contentsOf: repeatElement(UInt8(ascii: " "), count: 2 * depth))
    }

    /// A string with its quotes.
    package mutating func string(_ text: String) {
        var text = text
        bytes.append(UInt8(ascii: "\""))
        text.withUTF8 { buffer in
            var start = 0
            for (index, byte) in buffer.enumerated() where byte < 0x20 || byte == 0x22 || byte == 0x5C {
                bytes.append(contentsOf: buffer[start..<index])
                escape(byte)
                start = index + 1
            }
            bytes.append(contentsOf: buffer[start...])
        }
        bytes.append(UInt8(ascii: "\""))
    }

    private mutating func escape(_ byte: UInt8) {
        bytes.append(UInt8(ascii: "\\"))
        switch byte {
        case 0x0A: bytes.append(UInt8(ascii: "n"))
        case 0x0D: bytes.append(UInt8(ascii: "r"))
        case 0x09: bytes.append(UInt8(ascii: "t"))
        case 0x22, 0x5C: bytes.append(byte)
        default:
            raw("u00")
            bytes.append(UInt8(ascii: "0") + byte >> 4)
            bytes.append(Array("0123456789abcdef".utf8)[Int(byte & 0xF)])
        }
    }
}
