import Vocabulary

/// The tags of the byte form of values; `values.c` of the shim is the other side.
private enum Tag {
    static let null: UInt8 = 0
    static let no: UInt8 = 1
    static let yes: UInt8 = 2
    static let integer: UInt8 = 3
    static let number: UInt8 = 4
    static let string: UInt8 = 5
    static let list: UInt8 = 6
    static let map: UInt8 = 7
}

/// Writes values as bytes into memory of its own.
///
/// A plain array would check and grow at each of the thousands of small writes that a plan takes.
final class WireWriter {
    // SAFETY: owned by this object, at least `capacity` bytes, of which `count` are initialized; freed in `deinit`.
    private var memory: UnsafeMutableRawPointer
    private var capacity: Int
    private(set) var count = 0

    /// An encoded value.
    init(_ value: Value) {
        (memory, capacity) = (.allocate(byteCount: 512, alignment: 8), 512)
        write(value)
    }

    /// The components of a path, as `ms_call_function` reads them.
    init(path: [String]) {
        (memory, capacity) = (.allocate(byteCount: 64, alignment: 8), 64)
        for component in path { writeText(component) }
    }

    deinit {
        memory.deallocate()
    }

    /// Valid as long as the writer.
    var bytes: UnsafePointer<UInt8> {
        UnsafePointer(memory.assumingMemoryBound(to: UInt8.self))
    }

    private func write(_ value: Value) {
        switch value {
        case .null: write(tag: Tag.null)
        case .bool(let flag): write(tag: flag ? Tag.yes : Tag.no)
        case .integer(let integer): write(tag: Tag.integer, UInt64(bitPattern: integer))
        case .number(let number): write(tag: Tag.number, number.bitPattern)
        case .string(let text):
            write(tag: Tag.string)
            writeText(text)
        case .list(let values):
            write(tag: Tag.list, UInt32(clamping: values.count))
            for value in values { write(value) }
        case .map(let entries):
            write(tag: Tag.map, UInt32(clamping: entries.count))
            for (key, value) in entries {
                writeText(key)
                write(value)
            }
        }
    }

    private func writeText(_ text: String) {
        let isWritten: Void? = text.utf8.withContiguousStorageIfAvailable { write(utf8: $0) }
        guard isWritten == nil else { return }
        var copy = text
        copy.withUTF8 { write(utf8: $0) }
    }

    private func write(utf8: UnsafeBufferPointer<UInt8>) {
        reserve(utf8.count + 4)
        memory.storeBytes(of: UInt32(clamping: utf8.count).littleEndian, toByteOffset: count, as: UInt32.self)
        if let start = utf8.baseAddress { (memory + count + 4).copyMemory(from: start, byteCount: utf8.count) }
        count += utf8.count + 4
    }

    private func write(tag: UInt8) {
        reserve(1)
        memory.storeBytes(of: tag, toByteOffset: count, as: UInt8.self)
        count += 1
    }

    private func write<Number: FixedWidthInteger & BitwiseCopyable>(tag: UInt8, _ number: Number) {
        write(tag: tag)
        reserve(MemoryLayout<Number>.size)
        memory.storeBytes(of: number.littleEndian, toByteOffset: count, as: Number.self)
        count += MemoryLayout<Number>.size
    }

    private func reserve(_ more: Int) {
        guard count + more > capacity else { return }
        capacity = (count + more) * 2
        let larger = UnsafeMutableRawPointer.allocate(byteCount: capacity, alignment: 8)
        larger.copyMemory(from: memory, byteCount: count)
        memory.deallocate()
        memory = larger
    }
}

/// Reads values from bytes that the shim wrote.
///
/// Text that is no UTF-8 is repaired: a script that cuts a string in the middle of a character gets U+FFFD, not an error.
struct WireReader {
    /// The bytes do not follow the format: a fault of the shim.
    struct Damage: Error {}

    // SAFETY: only used inside the closure that lends the bytes; every read is checked against the end.
    private let bytes: UnsafeRawBufferPointer
    private var offset = 0

    init(_ bytes: UnsafeRawBufferPointer) {
        self.bytes = bytes
    }

    static func value(in bytes: UnsafePointer<UInt8>?, count: Int64) throws -> Value {
        var reader = WireReader(UnsafeRawBufferPointer(start: bytes, count: Int(count)))
        return try reader.read(depth: 0)
    }

    private mutating func read(depth: Int) throws -> Value {
        guard depth <= 65 else { throw Damage() }
        switch try take(UInt8.self) {
        case Tag.null: return .null
        case Tag.no: return .bool(false)
        case Tag.yes: return .bool(true)
        case Tag.integer: return .integer(Int64(bitPattern: try take(UInt64.self)))
        case Tag.number: return .number(Double(bitPattern: try take(UInt64.self)))
        case Tag.string: return .string(try takeText())
        case Tag.list: return .list(try takeList(depth: depth))
        case Tag.map: return .map(try takeMap(depth: depth))
        default: throw Damage()
        }
    }

    private mutating func takeList(depth: Int) throws -> [Value] {
        let count = Int(try take(UInt32.self))
        guard count <= bytes.count - offset else { throw Damage() }
        var values: [Value] = []
        values.reserveCapacity(count)
        for _ in 0..<count { values.append(try read(depth: depth + 1)) }
        return values
    }

    private mutating func takeMap(depth: Int) throws -> [String: Value] {
        let count = Int(try take(UInt32.self))
        guard count <= bytes.count - offset else { throw Damage() }
        var entries = [String: Value](minimumCapacity: count)
        for _ in 0..<count {
            let key = try takeText()
            entries[key] = try read(depth: depth + 1)
        }
        return entries
    }

    private mutating func takeText() throws -> String {
        let count = Int(try take(UInt32.self))
        guard count <= bytes.count - offset else { throw Damage() }
        defer { offset += count }
        return String(decoding: UnsafeRawBufferPointer(rebasing: bytes[offset..<offset + count]), as: UTF8.self)
    }

    private mutating func take<Number: FixedWidthInteger & BitwiseCopyable>(_ type: Number.Type) throws -> Number {
        let size = MemoryLayout<Number>.size
        guard size <= bytes.count - offset else { throw Damage() }
        defer { offset += size }
        return Number(littleEndian: bytes.loadUnaligned(fromByteOffset: offset, as: type))
    }
}
