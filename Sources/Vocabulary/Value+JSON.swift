import Foundation

extension Value: Codable {
    package init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        if container.decodeNil() {
            self = .null
        } else if let value = try? container.decode(String.self) {
            self = .string(value)
        } else if let value = try? container.decode(Bool.self) {
            self = .bool(value)
        } else if let value = try? container.decode(Int64.self) {
            self = .integer(value)
        } else if let value = try? container.decode(Double.self) {
            self = .number(value)
        } else if let value = try? container.decode([Value].self) {
            self = .list(value)
        } else {
            self = .map(try container.decode([String: Value].self))
        }
    }

    package func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        switch self {
        case .null: try container.encodeNil()
        case .bool(let value): try container.encode(value)
        case .integer(let value): try container.encode(value)
        case .number(let value): try container.encode(value)
        case .string(let value): try container.encode(value)
        case .list(let values): try container.encode(values)
        case .map(let entries): try container.encode(entries)
        }
    }
}

extension Value {
    /// Parses one JSON document.
    ///
    /// - Throws: `DecodingError` when the bytes are no JSON.
    package init(json: some Collection<UInt8>) throws {
        self = try JSONDecoder().decode(Value.self, from: Data(json))
    }

    /// Encodes any value as a structured one, by way of JSON.
    package init(encoding value: some Encodable) throws {
        try self.init(json: JSONEncoder().encode(value))
    }

    /// Decodes a typed value out of this one, by way of JSON.
    package func decoded<Decoded: Decodable>(as type: Decoded.Type = Decoded.self) throws -> Decoded {
        try JSONDecoder().decode(type, from: Data(json.utf8))
    }

    /// The value as compact JSON with sorted keys; a number that JSON cannot hold (infinity, NaN) becomes null.
    package var json: String {
        var text = ""
        write(to: &text, indent: nil, depth: 0)
        return text
    }

    /// The value as JSON for people: two spaces a level, sorted keys.
    package var prettyJSON: String {
        var text = ""
        write(to: &text, indent: "  ", depth: 0)
        return text
    }

    private func write(to text: inout String, indent: String?, depth: Int) {
        switch self {
        case .null: text += "null"
        case .bool(let value): text += value ? "true" : "false"
        case .integer(let value): text += String(value)
        case .number(let value): text += value.isFinite ? String(value) : "null"
        case .string(let value): Self.write(value, to: &text)
        case .list(let values):
            Self.write(values, brackets: ("[", "]"), to: &text, indent: indent, depth: depth) { value, text in
                value.write(to: &text, indent: indent, depth: depth + 1)
            }
        case .map(let entries):
            let sorted = entries.sorted { $0.key < $1.key }
            Self.write(sorted, brackets: ("{", "}"), to: &text, indent: indent, depth: depth) { entry, text in
                Self.write(entry.key, to: &text)
                text += indent == nil ? ":" : ": "
                entry.value.write(to: &text, indent: indent, depth: depth + 1)
            }
        }
    }

    private static func write<Element>(
        _ elements: [Element], brackets: (String, String), to text: inout String, indent: String?, depth: Int,
        body: (Element, inout String) -> Void
    ) {
        text += brackets.0
        for (index, element) in elements.enumerated() {
            if index > 0 { text += "," }
            if let indent { text += "\n" + String(repeating: indent, count: depth + 1) }
            body(element, &text)
        }
        if let indent, !elements.isEmpty { text += "\n" + String(repeating: indent, count: depth) }
        text += brackets.1
    }

    private static func write(_ string: String, to text: inout String) {
        text += "\""
        for scalar in string.unicodeScalars {
            switch scalar {
            case "\"": text += "\\\""
            case "\\": text += "\\\\"
            case "\n": text += "\\n"
            case "\r": text += "\\r"
            case "\t": text += "\\t"
            case _ where scalar.value < 0x20:
                let digits = String(scalar.value, radix: 16)
                text += "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
            default: text.unicodeScalars.append(scalar)
            }
        }
        text += "\""
    }
}
