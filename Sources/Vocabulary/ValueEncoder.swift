/// Makes a ``Value`` of anything `Encodable`, without a text in between.
///
/// A run writes tens of thousands of events and reads them again: this is several times as fast as a JSON coder. Numbers that
/// JSON cannot hold become the strings `inf`, `-inf` and `nan`, and whole numbers beyond `Int64` strings of digits (the
/// standard library's `Duration` has such a part), so that every value survives ``Value/json``.
enum ValueEncoder {
    static func encode<Encoded: Encodable>(_ value: Encoded) throws -> Value {
        if Encoded.self == Value.self, let value = value as? Value { return value }
        let node = ValueNode(path: [])
        try value.encode(to: node)
        return node.value
    }

    static func value(of number: some FixedWidthInteger) -> Value {
        Int64(exactly: number).map(Value.integer) ?? .string(String(number))
    }

    static func value(of number: Double) -> Value {
        if number.isFinite { return .number(number) }
        return .string(number.isNaN ? "nan" : number < 0 ? "-inf" : "inf")
    }
}

/// One value that is being encoded: a scalar, a list or a map, whichever the first call makes it.
private final class ValueNode: Encoder {
    let codingPath: [any CodingKey]
    var userInfo: [CodingUserInfoKey: Any] { [:] }
    private var scalar: Value = .null
    private var entries: [String: Value]?
    private(set) var elements: [Value]?
    /// Containers that were handed out and may still grow.
    private var children: [(place: Place, node: ValueNode)] = []

    private enum Place {
        case key(String), index(Int)
    }

    init(path: [any CodingKey]) {
        codingPath = path
    }

    /// What was encoded; an empty type that opened a container is an empty map or list.
    var value: Value {
        for (place, child) in children {
            switch place {
            case .key(let key): entries?[key] = child.value
            case .index(let index): elements?[index] = child.value
            }
        }
        children = []
        if let entries { return .map(entries) }
        return elements.map(Value.list) ?? scalar
    }

    func container<Key: CodingKey>(keyedBy type: Key.Type) -> KeyedEncodingContainer<Key> {
        if entries == nil { entries = [:] }
        return KeyedEncodingContainer(ValueKeyedEncoder<Key>(node: self))
    }

    func unkeyedContainer() -> any UnkeyedEncodingContainer {
        if elements == nil { elements = [] }
        return ValueUnkeyedEncoder(node: self)
    }

    func singleValueContainer() -> any SingleValueEncodingContainer {
        ValueSingleEncoder(node: self)
    }

    func set(_ value: Value) {
        scalar = value
    }

    func set(_ value: Value, for key: String) {
        entries?[key] = value
    }

    func append(_ value: Value) {
        elements?.append(value)
    }

    func encode<Encoded: Encodable>(_ value: Encoded, at key: any CodingKey) throws -> Value {
        if Encoded.self == Value.self, let value = value as? Value { return value }
        let node = ValueNode(path: codingPath + [key])
        try value.encode(to: node)
        return node.value
    }

    func child(for key: any CodingKey) -> ValueNode {
        let node = ValueNode(path: codingPath + [key])
        children.append((.key(key.stringValue), node))
        return node
    }

    func appendChild() -> ValueNode {
        let index = elements?.count ?? 0
        let node = ValueNode(path: codingPath + [PositionKey(index)])
        append(.null)
        children.append((.index(index), node))
        return node
    }
}

private struct ValueKeyedEncoder<Key: CodingKey>: KeyedEncodingContainerProtocol {
    let node: ValueNode
    var codingPath: [any CodingKey] { node.codingPath }

    mutating func encodeNil(forKey key: Key) { node.set(.null, for: key.stringValue) }
    mutating func encode(_ value: Bool, forKey key: Key) { node.set(.bool(value), for: key.stringValue) }
    mutating func encode(_ value: String, forKey key: Key) { node.set(.string(value), for: key.stringValue) }
    mutating func encode(_ value: Int, forKey key: Key) { node.set(.integer(Int64(value)), for: key.stringValue) }
    mutating func encode(_ value: Int64, forKey key: Key) { node.set(.integer(value), for: key.stringValue) }

    mutating func encode(_ value: Double, forKey key: Key) {
        node.set(ValueEncoder.value(of: value), for: key.stringValue)
    }

    mutating func encode(_ value: some Encodable, forKey key: Key) throws {
        node.set(try node.encode(value, at: key), for: key.stringValue)
    }

    mutating func nestedContainer<NestedKey: CodingKey>(
        keyedBy keyType: NestedKey.Type, forKey key: Key
    ) -> KeyedEncodingContainer<NestedKey> {
        node.child(for: key).container(keyedBy: keyType)
    }

    mutating func nestedUnkeyedContainer(forKey key: Key) -> any UnkeyedEncodingContainer {
        node.child(for: key).unkeyedContainer()
    }

    mutating func superEncoder() -> any Encoder { node.child(for: NameKey("super")) }
    mutating func superEncoder(forKey key: Key) -> any Encoder { node.child(for: key) }
}

private struct ValueUnkeyedEncoder: UnkeyedEncodingContainer {
    let node: ValueNode
    var codingPath: [any CodingKey] { node.codingPath }
    var count: Int { node.elements?.count ?? 0 }

    mutating func encodeNil() { node.append(.null) }
    mutating func encode(_ value: Bool) { node.append(.bool(value)) }
    mutating func encode(_ value: String) { node.append(.string(value)) }
    mutating func encode(_ value: Double) { node.append(ValueEncoder.value(of: value)) }
    mutating func encode(_ value: some Encodable) throws {
        node.append(try node.encode(value, at: PositionKey(count)))
    }

    mutating func nestedContainer<NestedKey: CodingKey>(
        keyedBy keyType: NestedKey.Type
    ) -> KeyedEncodingContainer<NestedKey> {
        node.appendChild().container(keyedBy: keyType)
    }

    mutating func nestedUnkeyedContainer() -> any UnkeyedEncodingContainer { node.appendChild().unkeyedContainer() }
    mutating func superEncoder() -> any Encoder { node.appendChild() }
}

private struct ValueSingleEncoder: SingleValueEncodingContainer {
    let node: ValueNode
    var codingPath: [any CodingKey] { node.codingPath }

    mutating func encodeNil() { node.set(.null) }
    mutating func encode(_ value: Bool) { node.set(.bool(value)) }
    mutating func encode(_ value: String) { node.set(.string(value)) }
    mutating func encode(_ value: Double) { node.set(ValueEncoder.value(of: value)) }
    mutating func encode(_ value: Float) { node.set(ValueEncoder.value(of: Double(value))) }
    mutating func encode(_ value: Int) { node.set(.integer(Int64(value))) }
    mutating func encode(_ value: Int8) { node.set(.integer(Int64(value))) }
    mutating func encode(_ value: Int16) { node.set(.integer(Int64(value))) }
    mutating func encode(_ value: Int32) { node.set(.integer(Int64(value))) }
    mutating func encode(_ value: Int64) { node.set(.integer(value)) }
    mutating func encode(_ value: UInt) { node.set(ValueEncoder.value(of: value)) }
    mutating func encode(_ value: UInt8) { node.set(.integer(Int64(value))) }
    mutating func encode(_ value: UInt16) { node.set(.integer(Int64(value))) }
    mutating func encode(_ value: UInt32) { node.set(.integer(Int64(value))) }
    mutating func encode(_ value: UInt64) { node.set(ValueEncoder.value(of: value)) }
    mutating func encode(_ value: some Encodable) throws { node.set(try ValueEncoder.encode(value)) }
}
