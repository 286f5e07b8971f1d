package import Vocabulary

/// A place in a text file.
package struct DocumentPlace: Comparable, Hashable, Sendable {
    /// 1-based.
    package var line: Int
    /// 1-based, in Unicode scalars.
    package var column: Int

    package init(line: Int, column: Int) {
        self.line = line
        self.column = column
    }

    package static func < (left: Self, right: Self) -> Bool {
        (left.line, left.column) < (right.line, right.column)
    }
}

/// A value of a YAML or JSON document, with the place where it starts.
package struct DocumentNode: Sendable {
    package enum Content: Sendable {
        /// Everything that is no list and no mapping; never ``Value/list(_:)`` or ``Value/map(_:)``.
        case scalar(Value)
        case list([DocumentNode])
        /// In the order of the file, keys unique; merge keys (`<<`) are resolved.
        case map([Entry])
    }

    /// One key of a mapping with its value.
    package struct Entry: Sendable {
        package let key: String
        /// Where the key stands.
        package let place: DocumentPlace
        package let node: DocumentNode
    }

    package let content: Content
    /// Of a value behind an alias: where the anchor is.
    package let place: DocumentPlace

    /// The value without its places.
    package var value: Value {
        switch content {
        case .scalar(let value): value
        case .list(let nodes): .list(nodes.map(\.value))
        case .map(let entries): .map(Dictionary(entries.map { ($0.key, $0.node.value) }, uniquingKeysWith: { $1 }))
        }
    }

    package var isNull: Bool {
        if case .scalar(.null) = content { true } else { false }
    }

    /// What the value is, for messages such as "must be a list, but is …".
    package var summary: String {
        switch content {
        case .scalar(.null): "empty"
        case .scalar(.bool(let value)): "the boolean \(value)"
        case .scalar(.integer(let value)): "the integer \(value)"
        case .scalar(.number(let value)): "the number \(value)"
        case .scalar(let value): "the string \"\(Self.excerpt(value.stringValue ?? ""))\""
        case .list: "a list"
        case .map: "a mapping"
        }
    }

    private static func excerpt(_ text: String) -> String {
        let line = text.prefix { !$0.isNewline }
        return line.count > 40 || line.count < text.count ? "\(line.prefix(40))…" : String(line)
    }
}
