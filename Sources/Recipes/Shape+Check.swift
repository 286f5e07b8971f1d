import Documents
package import Vocabulary

/// Something in a value that does not have its declared shape.
package struct ShapeFault: Error, Equatable, Sendable {
    /// Where, as a Lua programmer writes it: `batch()[3].after`.
    package let path: String
    package let message: String

    package var text: String { "\(path): \(message)" }
}

extension Shape {
    /// Every fault of the value, which messages call `path`, in the order of the declaration; empty when it fits.
    ///
    /// The path is made for faults only: nearly every answer is sound.
    package func faults(in value: Value, path: @autoclosure () -> String) -> [ShapeFault] {
        switch self {
        case .any: []
        case .list(let element): listFaults(value, of: element, path: path())
        case .map(let element): mapFaults(value, of: element, path: path())
        case .record(let fields): Self.recordFaults(value, fields: fields, path: path())
        case .choice(let words): choiceFaults(value, words: words, path: path())
        default: isScalar(value) ? [] : [mismatch(value, path: path())]
        }
    }

    /// No count, limit or number of tokens is larger; sums and products of them stay far from the end of integers.
    private static let largestInteger = 1_000_000_000

    private func isScalar(_ value: Value) -> Bool {
        switch self {
        case .string: value.stringValue != nil
        case .integer(let minimum): value.integerValue.map { $0 >= minimum && $0 <= Self.largestInteger } ?? false
        case .number(let range): value.numberValue.map(range.contains) ?? false
        case .boolean: value.boolValue != nil
        case .money: value.moneyValue != nil
        case .duration: value.durationValue != nil
        default: false
        }
    }

    private func mismatch(_ value: Value, path: String) -> ShapeFault {
        if case .integer = self, let number = value.integerValue, number > Self.largestInteger {
            return ShapeFault(path: path, message: "is \(number), at most \(Self.largestInteger) is allowed")
        }
        return ShapeFault(path: path, message: "expected \(phrase), got \(value.gotten)")
    }

    private func choiceFaults(_ value: Value, words: [String], path: @autoclosure () -> String) -> [ShapeFault] {
        guard let word = value.stringValue else { return [mismatch(value, path: path())] }
        if words.contains(word) { return [] }
        let hint = Spelling.hint(for: word, among: words)
        return [ShapeFault(path: path(), message: "expected \(phrase), got \"\(word)\"\(hint)")]
    }

    private func listFaults(_ value: Value, of element: Shape, path: @autoclosure () -> String) -> [ShapeFault] {
        guard let values = value.listValue else { return [mismatch(value, path: path())] }
        return values.enumerated().flatMap { index, value in
            element.faults(in: value, path: "\(path())[\(index + 1)]")
        }
    }

    private func mapFaults(_ value: Value, of element: Shape, path: @autoclosure () -> String) -> [ShapeFault] {
        guard let entries = value.mapValue else { return [mismatch(value, path: path())] }
        return entries.sorted { $0.key < $1.key }
            .flatMap { element.faults(in: $0.value, path: Self.path(path(), $0.key)) }
    }

    private static func recordFaults(
        _ value: Value, fields: [Field], path: @autoclosure () -> String
    ) -> [ShapeFault] {
        guard let entries = value.mapValue else {
            return [ShapeFault(path: path(), message: "expected a table, got \(value.gotten)")]
        }
        var faults: [ShapeFault] = []
        for field in fields {
            if let found = value[field.name] {
                faults += field.shape.faults(in: found, path: Self.path(path(), field.name))
            } else if field.isRequired {
                faults.append(ShapeFault(path: path(), message: "field '\(field.name)' is missing"))
            }
        }
        let unknown = entries.keys.filter { name in !fields.contains { $0.name == name } }
        if unknown.isEmpty { return faults }
        let known = fields.map(\.name)
        for name in unknown.sorted() {
            let hint = Spelling.hint(for: name, among: known)
            faults.append(ShapeFault(path: Self.path(path(), name), message: "unknown field\(hint)"))
        }
        return faults
    }

    /// `path.name`, or `path["odd name"]`.
    private static func path(_ path: String, _ name: String) -> String {
        let isWord = name.utf8.allSatisfy {
            switch $0 {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "_"):
                true
            default: false
            }
        }
        return isWord && !name.isEmpty ? "\(path).\(name)" : "\(path)[\"\(name)\"]"
    }
}

extension Spelling {
    /// `; did you mean 'retry'?`, or nothing.
    static func hint(for word: String, among known: [String]) -> String {
        closest(to: word, among: known).map { "; did you mean '\($0)'?" } ?? ""
    }
}

extension Value {
    /// What the value is, with its article and, if short, itself: `the string "soon"`.
    fileprivate var gotten: String {
        switch self {
        case .null: "nothing"
        case .bool(let value): "\(value)"
        case .integer(let value): "\(value)"
        case .number(let value): "\(value)"
        case .string(let value): value.count <= 40 ? "the string \"\(value)\"" : "a string"
        case .list: "a list"
        case .map(let entries): entries.isEmpty ? "an empty table" : "a table"
        }
    }
}
