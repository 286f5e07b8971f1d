import Documents
import Vocabulary

/// Text with places for values: `{{name}}`, `{{#list}}…{{/list}}`, `{{^list}}…{{/list}}`.
///
/// - `{{name}}` and `{{outer.inner}}` put in a string, number or boolean; one that is not there is an error, so that a
///   misspelt name is never a silent gap.
/// - `{{#name}}…{{/name}}` repeats its inside for each element of a list, `{{.}}` being the element; for anything else that is
///   there and is not false, it stands once, and the fields of a table can be used inside.
/// - `{{^name}}…{{/name}}` stands when `{{#name}}` would not.
///
/// A line that holds only the mark of a section disappears. Nothing is escaped.
/// - SeeAlso: The manual of Mustache, <https://mustache.github.io/mustache.5.html>, of which this is the useful part.
struct Template: Sendable {
    indirect enum Node: Sendable {
        case text(String)
        case value(name: String, line: Int)
        case section(name: String, isInverted: Bool, inside: [Node])
    }

    /// What messages call the template.
    let file: String
    let nodes: [Node]

    /// - Throws: ``TemplateError`` for a mark that does not end, or a section that is not closed.
    init(_ text: String, file: String) throws(TemplateError) {
        var parser = TemplateParser(text, file: file)
        self.file = file
        self.nodes = try parser.parse()
    }

    /// The text with the values put in.
    func render(_ values: Value) throws(TemplateError) -> String {
        var text = ""
        try render(nodes, scopes: [values], into: &text)
        return text
    }

    private func render(_ nodes: [Node], scopes: [Value], into text: inout String) throws(TemplateError) {
        for node in nodes {
            switch node {
            case .text(let part): text += part
            case .value(let name, let line): text += try self.text(of: name, line: line, scopes: scopes)
            case .section(let name, let isInverted, let inside):
                let elements = Self.elements(of: Self.find(name, in: scopes))
                if isInverted {
                    if elements.isEmpty { try render(inside, scopes: scopes, into: &text) }
                } else {
                    for element in elements { try render(inside, scopes: scopes + [element], into: &text) }
                }
            }
        }
    }

    private func text(of name: String, line: Int, scopes: [Value]) throws(TemplateError) -> String {
        switch Self.find(name, in: scopes) {
        case .string(let text): return text
        case .integer(let number): return String(number)
        case .number(let number): return Int(exactly: number).map(String.init) ?? String(number)
        case .bool(let value): return String(value)
        case .list, .map:
            throw TemplateError(file: file, line: line, message: "'\(name)' is a table: use {{#\(name)}}…{{/\(name)}}")
        case nil, .null:
            let known = scopes.flatMap { scope in scope.mapValue.map { Array($0.keys) } ?? [] }
            let hint = Spelling.hint(for: name, among: known.sorted())
            throw TemplateError(file: file, line: line, message: "there is no value '\(name)'\(hint)")
        }
    }

    /// How often a section stands, and with what.
    private static func elements(of value: Value?) -> [Value] {
        switch value {
        case nil, .null, .bool(false): []
        case .list(let values): values
        case .map(let entries): entries.isEmpty ? [] : [.map(entries)]
        case .some(let value): [value]
        }
    }

    /// The innermost value of that name.
    private static func find(_ name: String, in scopes: [Value]) -> Value? {
        if name == "." { return scopes.last }
        let parts = name.split(separator: ".").map(String.init)
        guard let first = parts.first else { return nil }
        for scope in scopes.reversed() {
            guard let found = scope[first] else { continue }
            return parts.dropFirst().reduce(found) { $0?[$1] }
        }
        return nil
    }
}

/// A template that cannot be read or filled in.
struct TemplateError: Error, CustomStringConvertible, Equatable, Sendable {
    let file: String
    let line: Int
    let message: String

    var description: String { "\(file):\(line): \(message)" }
}
