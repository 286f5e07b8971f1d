/// Cuts the text of a template into text, values and sections.
struct TemplateParser {
    private let bytes: [UInt8]
    private let file: String
    private var position = 0
    private var line = 1

    init(_ text: String, file: String) {
        self.bytes = Array(text.utf8)
        self.file = file
    }

    mutating func parse() throws(TemplateError) -> [Template.Node] {
        try nodes(until: nil)
    }

    /// Nodes up to the end of the open section, or of the text.
    private mutating func nodes(until open: (name: String, line: Int)?) throws(TemplateError) -> [Template.Node] {
        var nodes: [Template.Node] = []
        while let mark = try nextMark() {
            var text = mark.before
            let isSection = mark.kind != nil
            if isSection, endsAtLineStart(text, after: mark), let rest = restOfLine() {
                // The mark has the line to itself: the line disappears.
                while text.last == UInt8(ascii: " ") || text.last == UInt8(ascii: "\t") { text.removeLast() }
                position = rest
                line += 1
            }
            append(text, to: &nodes)
            switch mark.kind {
            case nil:
                nodes.append(.value(name: mark.name, line: mark.line))
            case UInt8(ascii: "/"):
                guard let open, open.name == mark.name else {
                    throw TemplateError(
                        file: file, line: mark.line, message: "{{/\(mark.name)}} closes no open section of that name")
                }
                return nodes
            case .some(let kind):
                let inside = try self.nodes(until: (mark.name, mark.line))
                nodes.append(.section(name: mark.name, isInverted: kind == UInt8(ascii: "^"), inside: inside))
            }
        }
        if let open {
            throw TemplateError(file: file, line: open.line, message: "{{#\(open.name)}} is never closed")
        }
        append(Array(bytes[position...]), to: &nodes)
        position = bytes.count
        return nodes
    }

    private struct Mark {
        /// The text between the last mark and this one.
        let before: [UInt8]
        /// `#`, `^` or `/`; nil for a value.
        let kind: UInt8?
        let name: String
        let line: Int
        /// Where the mark starts.
        let start: Int
    }

    private mutating func nextMark() throws(TemplateError) -> Mark? {
        guard let start = find("{{", from: position) else { return nil }
        guard let end = find("}}", from: start + 2) else {
            throw TemplateError(file: file, line: line + breaks(position..<start), message: "{{ is never closed by }}")
        }
        let markLine = line + breaks(position..<start)
        var inside = Substring(decoding: bytes[(start + 2)..<end], as: UTF8.self)
        var kind: UInt8?
        if let first = inside.utf8.first, [UInt8(ascii: "#"), UInt8(ascii: "^"), UInt8(ascii: "/")].contains(first) {
            kind = first
            inside = inside.dropFirst()
        }
        let name = String(inside.drop(while: \.isWhitespace).reversed().drop(while: \.isWhitespace).reversed())
        guard !name.isEmpty else {
            throw TemplateError(file: file, line: markLine, message: "a mark without a name")
        }
        let mark = Mark(before: Array(bytes[position..<start]), kind: kind, name: name, line: markLine, start: start)
        line = markLine + breaks(start..<end)
        position = end + 2
        return mark
    }

    /// Whether only blanks stand between the start of the line and the mark.
    private func endsAtLineStart(_ text: [UInt8], after mark: Mark) -> Bool {
        var index = mark.start
        while index > 0 {
            let byte = bytes[index - 1]
            if byte == UInt8(ascii: "\n") { return true }
            guard byte == UInt8(ascii: " ") || byte == UInt8(ascii: "\t") else { return false }
            index -= 1
        }
        return true
    }

    /// The position after the line's end if only blanks are left on it.
    private func restOfLine() -> Int? {
        var index = position
        while index < bytes.count, bytes[index] == UInt8(ascii: " ") || bytes[index] == UInt8(ascii: "\t") {
            index += 1
        }
        if index == bytes.count { return index }
        return bytes[index] == UInt8(ascii: "\n") ? index + 1 : nil
    }

    private func find(_ mark: StaticString, from start: Int) -> Int? {
        guard bytes.count >= 2, start <= bytes.count - 2 else { return nil }
        let byte = mark.utf8Start[0]
        return (start...(bytes.count - 2)).first { bytes[$0] == byte && bytes[$0 + 1] == byte }
    }

    private func breaks(_ range: Range<Int>) -> Int {
        bytes[range].count { $0 == UInt8(ascii: "\n") }
    }

    private func append(_ text: [UInt8], to nodes: inout [Template.Node]) {
        if !text.isEmpty { nodes.append(.text(String(decoding: text, as: UTF8.self))) }
    }
}
