import Vocabulary
import Yams

/// Reads one YAML or JSON document into nodes that know their place.
///
/// JSON is read as the YAML that it is. Plain scalars follow the core schema of YAML 1.2, so `no` and `on` stay strings.
package enum DocumentReader {
    /// Reads the document.
    ///
    /// - Parameters:
    ///   - bytes: UTF-8; a byte order mark is skipped.
    ///   - file: What diagnostics call the document.
    ///   - limits: How much is read before the document is refused.
    ///   - faults: Where repeated keys are noted, so that the rest can be checked too; nil throws them.
    /// - Returns: The root, never behind an unresolved alias.
    /// - Throws: ``DocumentError`` for text that is no single YAML document, is empty, repeats a key or passes a limit.
    package static func read(
        bytes: [UInt8], file: String, limits: DocumentLimits = DocumentLimits(), noting faults: FaultList? = nil
    ) throws(DocumentError) -> DocumentNode {
        guard bytes.count <= limits.sizeInBytes else {
            throw DocumentError(
                file: file, at: nil,
                message: "the file is larger than the \(limits.sizeInBytes) bytes that are read")
        }
        let text = try decode(bytes, file: file)
        if let place = AliasGuard.dangerousKey(in: text) {
            throw DocumentError(
                file: file, at: place, message: "many aliases and a key made of them: write the keys out")
        }
        let root = try compose(text, file: file, noting: faults)
        guard let root else {
            throw DocumentError(file: file, at: DocumentPlace(line: 1, column: 1), message: "the file is empty")
        }
        var builder = NodeBuilder(file: file, limits: limits)
        return try builder.node(root, depth: 1)
    }

    private static func decode(_ bytes: [UInt8], file: String) throws(DocumentError) -> String {
        let isMarked = bytes.starts(with: [0xEF, 0xBB, 0xBF])
        let body = isMarked ? bytes[3...] : bytes[...]
        guard let text = String(validating: body, as: UTF8.self) else {
            throw DocumentError(
                file: file, at: firstInvalidPlace(in: body),
                message: "the file is not UTF-8 from here on: save it as UTF-8")
        }
        return SurrogatePairs.joined(in: text)
    }

    private static func compose(
        _ text: String, file: String, noting faults: FaultList?
    ) throws(DocumentError) -> Node? {
        var text = text
        for _ in 0..<RepeatedKeys.limit {
            do {
                return try parse(text)
            } catch YamlError.duplicatedKeysInMapping(let keys, let context) where faults != nil {
                let first = DocumentPlace(context.mark)
                let places = RepeatedKeys.rename(keys.first ?? "", first: first, in: &text)
                guard !places.isEmpty else { break }
                for place in places {
                    let message = "`\(keys.first ?? "")` stands in line \(first.line) already: remove or rename one"
                    faults?.error(message, at: place)
                }
            } catch {
                throw DocumentError(error, file: file, text: text)
            }
        }
        do {
            return try parse(text)
        } catch {
            throw DocumentError(error, file: file, text: text)
        }
    }

    private static func parse(_ text: String) throws -> Node? {
        try Parser(yaml: text, resolver: .basic, encoding: .utf8).singleRoot()
    }

    private static func firstInvalidPlace(in bytes: ArraySlice<UInt8>) -> DocumentPlace {
        var place = DocumentPlace(line: 1, column: 1)
        var decoder = UTF8()
        var iterator = bytes.makeIterator()
        while case .scalarValue(let scalar) = decoder.decode(&iterator) { place.advance(over: scalar) }
        return place
    }
}

extension DocumentPlace {
    /// Moves on by one character of the text.
    mutating func advance(over scalar: Unicode.Scalar) {
        if scalar == "\n" {
            line += 1
            column = 1
        } else {
            column += 1
        }
    }
}
