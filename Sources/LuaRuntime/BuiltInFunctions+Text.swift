import Vocabulary

extension BuiltInFunctions {
    /// `host.text`: lengths count characters as people see them.
    static let text = [
        immediate("host.text.trim") { arguments in
            .string(TextLayout.trim(try arguments.string(0, "text")))
        },
        immediate("host.text.dedent") { arguments in
            .string(TextLayout.dedent(try arguments.string(0, "text")))
        },
        immediate("host.text.split") { arguments in
            let separator = try arguments.optionalString(1, "separator") ?? "\n"
            return Value(TextLayout.split(try arguments.string(0, "text"), by: separator))
        },
        immediate("host.text.wrap") { arguments in
            let width = try arguments.optionalInteger(1, "width") ?? 80
            guard width > 0 else { throw arguments.fault("width", "must be above 0") }
            return .string(TextLayout.wrap(try arguments.string(0, "text"), width: width))
        },
        immediate("host.text.truncate") { arguments in
            let text = try arguments.string(0, "text")
            guard let limit = try arguments.optionalInteger(1, "limit"), limit >= 0 else {
                throw arguments.fault("limit", "must be a number of characters, 0 or more")
            }
            let mark = try arguments.optionalString(2, "mark") ?? "…"
            return .string(TextLayout.truncate(text, to: limit, mark: mark))
        },
        immediate("host.text.length") { arguments in
            .integer(Int64(try arguments.string(0, "text").count))
        },
    ]

    /// `host.template(text, values)`: `{{name}}` and `{{a.b}}`; `{{{{` is a literal `{{`.
    static let template = immediate("host.template") { arguments in
        let text = try arguments.string(0, "text")
        return .string(try Template.fill(text, with: arguments[1, "values"] ?? .map([:])))
    }
}

/// Plain text laid out for people and prompts.
enum TextLayout {
    static func trim(_ text: some StringProtocol) -> String {
        let start = text.firstIndex { !$0.isWhitespace } ?? text.endIndex
        let end = text.lastIndex { !$0.isWhitespace }.map { text.index(after: $0) } ?? start
        return String(text[start..<end])
    }

    /// Removes the indentation that all lines with text share; lines of blanks become empty.
    static func dedent(_ text: String) -> String {
        let lines = text.split(separator: "\n", omittingEmptySubsequences: false)
        let indented = lines.filter { line in line.contains { !$0.isWhitespace } }
        var shared = indented.first.map { $0.prefix { $0 == " " || $0 == "\t" } } ?? ""
        for line in indented {
            shared = zip(shared, line).prefix { $0 == $1 }.count == shared.count ? shared : common(shared, line)
        }
        let count = shared.count
        return
            lines
            .map { line in line.contains { !$0.isWhitespace } ? String(line.dropFirst(count)) : "" }
            .joined(separator: "\n")
    }

    private static func common(_ left: Substring, _ right: Substring) -> Substring {
        left.prefix(zip(left, right).prefix { $0 == $1 }.count)
    }

    /// An empty text has no parts; an empty separator parts all characters.
    static func split(_ text: String, by separator: String) -> [String] {
        if text.isEmpty { return [] }
        if separator.isEmpty { return text.map { String($0) } }
        var parts: [String] = []
        // By bytes: a separator that is part of a larger character (a newline after a carriage return) is found as well.
        var rest = Substring(text).utf8
        while let range = rest.firstRange(of: separator.utf8) {
            parts.append(String(Substring(rest[..<range.lowerBound])))
            rest = rest[range.upperBound...]
        }
        return parts + [String(Substring(rest))]
    }

    /// Breaks lines between words; a word that is longer than `width` has a line of its own. Line breaks of the text stay.
    static func wrap(_ text: String, width: Int) -> String {
        text.split(separator: "\n", omittingEmptySubsequences: false)
            .map { wrapLine($0, width: width) }
            .joined(separator: "\n")
    }

    private static func wrapLine(_ line: Substring, width: Int) -> String {
        guard line.count > width else { return String(line) }
        let indent = line.prefix { $0 == " " }
        var lines: [String] = []
        var current = String(indent)
        var count = indent.count
        var isEmpty = true
        for word in line.split(separator: " ") {
            if !isEmpty, count + 1 + word.count > width {
                lines.append(current)
                (current, count, isEmpty) = (String(indent), indent.count, true)
            }
            if !isEmpty { current += " " }
            current += word
            count += word.count + (isEmpty ? 0 : 1)
            isEmpty = false
        }
        return (lines + [current]).joined(separator: "\n")
    }

    /// At most `limit` characters, the mark included; a text that fits stays as it is.
    static func truncate(_ text: String, to limit: Int, mark: String) -> String {
        guard let cut = text.index(text.startIndex, offsetBy: limit, limitedBy: text.endIndex), cut < text.endIndex
        else { return text }
        let kept = limit - mark.count
        return kept > 0 ? text.prefix(kept) + mark : String(text.prefix(limit))
    }
}

/// Text with places for values.
enum Template {
    struct Fault: Error, CustomStringConvertible {
        let description: String
    }

    static func fill(_ text: String, with values: Value) throws -> String {
        var result = ""
        var rest = Substring(text)
        while let open = rest.firstRange(of: "{{") {
            result += rest[..<open.lowerBound]
            rest = rest[open.upperBound...]
            if rest.hasPrefix("{{") {
                result += "{{"
                rest = rest.dropFirst(2)
                continue
            }
            guard let close = rest.firstRange(of: "}}") else {
                throw Fault(description: "host.template: '{{' without '}}' near '\(rest.prefix(20))'")
            }
            result += try lookUp(TextLayout.trim(rest[..<close.lowerBound]), in: values)
            rest = rest[close.upperBound...]
        }
        return result + rest
    }

    private static func lookUp(_ name: String, in values: Value) throws -> String {
        var value = values
        var path = ""
        for part in name.split(separator: ".", omittingEmptySubsequences: false) {
            path += path.isEmpty ? String(part) : ".\(part)"
            guard let next = value[String(part)] ?? Int(part).flatMap({ element($0, of: value) }) else {
                let known = value.mapValue?.keys.sorted().joined(separator: ", ") ?? ""
                throw Fault(
                    description: "host.template: '\(path)' is not among the values"
                        + (known.isEmpty ? "" : " (there are: \(known))"))
            }
            value = next
        }
        switch value {
        case .string(let text): return text
        case .bool, .integer, .number: return value.json
        default: throw Fault(description: "host.template: '\(name)' is a \(value.typeName), not a text")
        }
    }

    private static func element(_ place: Int, of value: Value) -> Value? {
        guard let values = value.listValue, values.indices.contains(place - 1) else { return nil }
        return values[place - 1]
    }
}
