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
    /// Encodes any value as a structured one.
    ///
    /// Numbers that JSON or `Int64` cannot hold become strings, which ``decoded(as:)`` reads back.
    /// - Throws: What the type itself throws.
    package init(encoding value: some Encodable) throws {
        self = try ValueEncoder.encode(value)
    }

    /// Decodes a typed value out of this one.
    ///
    /// - Throws: `DecodingError` with the path of what does not fit.
    package func decoded<Decoded: Decodable>(as type: Decoded.Type = Decoded.self) throws -> Decoded {
        try ValueDecoder(self).decode(as: type)
    }
}

/// The place of an element in a list, for error messages.
struct PositionKey: CodingKey {
    let position: Int
    var stringValue: String { "Index \(position)" }
    var intValue: Int? { position }

    init(_ position: Int) {
        self.position = position
    }

    init?(stringValue: String) {
        nil
    }

    init?(intValue: Int) {
        self.init(intValue)
    }
}

/// A key by its name alone.
struct NameKey: CodingKey {
    let stringValue: String
    var intValue: Int? { nil }

    init(_ name: String) {
        stringValue = name
    }

    init?(stringValue: String) {
        self.init(stringValue)
    }

    init?(intValue: Int) {
        nil
    }
}
