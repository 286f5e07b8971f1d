/// A structured value: what JSON, YAML, a Lua table and a ledger record have in common.
package enum Value: Hashable, Sendable {
    case null
    case bool(Bool)
    case integer(Int64)
    case number(Double)
    case string(String)
    case list([Value])
    case map([String: Value])
}

extension Value {
    /// The value under `key` of a map; nil for a missing key, an explicit null, and everything that is no map.
    package subscript(key: String) -> Value? {
        guard case .map(let entries) = self, let value = entries[key], value != .null else { return nil }
        return value
    }

    package var boolValue: Bool? {
        if case .bool(let value) = self { value } else { nil }
    }

    /// The whole number, also of a float without fraction.
    package var integerValue: Int? {
        switch self {
        case .integer(let value): Int(exactly: value)
        case .number(let value): Int(exactly: value)
        default: nil
        }
    }

    package var numberValue: Double? {
        switch self {
        case .integer(let value): Double(value)
        case .number(let value): value
        default: nil
        }
    }

    package var stringValue: String? {
        if case .string(let value) = self { value } else { nil }
    }

    /// The elements of a list; an empty map counts as an empty list, because an empty Lua table is both.
    package var listValue: [Value]? {
        switch self {
        case .list(let values): values
        case .map(let entries) where entries.isEmpty: []
        default: nil
        }
    }

    /// The entries of a map; an empty list counts as an empty map, because an empty Lua table is both.
    package var mapValue: [String: Value]? {
        switch self {
        case .map(let entries): entries
        case .list(let values) where values.isEmpty: [:]
        default: nil
        }
    }

    /// What the value is, for messages: `nil`, `boolean`, `integer`, `number`, `string`, `list` or `table`.
    package var typeName: String {
        switch self {
        case .null: "nil"
        case .bool: "boolean"
        case .integer: "integer"
        case .number: "number"
        case .string: "string"
        case .list: "list"
        case .map: "table"
        }
    }
}

extension Value: ExpressibleByArrayLiteral, ExpressibleByBooleanLiteral, ExpressibleByDictionaryLiteral,
    ExpressibleByFloatLiteral, ExpressibleByIntegerLiteral, ExpressibleByNilLiteral, ExpressibleByStringLiteral,
    ExpressibleByStringInterpolation
{
    package init(arrayLiteral elements: Value...) { self = .list(elements) }
    package init(booleanLiteral value: Bool) { self = .bool(value) }
    package init(dictionaryLiteral elements: (String, Value)...) {
        self = .map(Dictionary(elements, uniquingKeysWith: { $1 }))
    }
    package init(floatLiteral value: Double) { self = .number(value) }
    package init(integerLiteral value: Int64) { self = .integer(value) }
    package init(nilLiteral: ()) { self = .null }
    package init(stringLiteral value: String) { self = .string(value) }
}

extension Value {
    package init(_ value: String?) { self = value.map(Value.string) ?? .null }
    package init(_ value: Int?) { self = value.map { .integer(Int64($0)) } ?? .null }
    package init(_ value: Bool?) { self = value.map(Value.bool) ?? .null }
    package init(_ values: some Sequence<String>) { self = .list(values.map(Value.string)) }
}
