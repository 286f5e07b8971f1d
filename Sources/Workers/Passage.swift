/// Exchanges a passage that must be in a text exactly once, and explains to a model when it is not.
///
/// Works on bytes: two texts that only look the same are not the same.
enum Passage {
    /// A sentence or two for the model.
    struct Mismatch: Error, Equatable {
        let explanation: String
    }

    static func replace(_ old: String, with new: String, in content: [UInt8]) throws(Mismatch) -> [UInt8] {
        guard !old.isEmpty else {
            throw Mismatch(
                explanation: "'old' is empty. Give the passage to replace, or use write_file for a whole file")
        }
        guard old.utf8.elementsEqual(new.utf8) == false else {
            throw Mismatch(explanation: "'old' and 'new' are the same, so nothing would change")
        }
        let needle = Array(old.utf8)
        let positions = self.positions(of: needle, in: content)
        switch positions.count {
        case 1:
            return Array(content[..<positions[0]]) + new.utf8 + content[(positions[0] + needle.count)...]
        case 0:
            throw Mismatch(explanation: "the passage in 'old' is not in the file. " + hint(old, content))
        default:
            let lines = positions.prefix(8).map { String(line(of: $0, in: content)) }.joined(separator: ", ")
            let more = positions.count > 8 ? " and more" : ""
            throw Mismatch(
                explanation: """
                    the passage in 'old' is in the file \(positions.count) times (lines \(lines)\(more)). \
                    Add lines around it until it is there once
                    """)
        }
    }

    /// Where the passage begins, overlapping places included; at most 1,000.
    private static func positions(of needle: [UInt8], in content: [UInt8]) -> [Int] {
        var found: [Int] = []
        var start = 0
        while found.count < 1_000, let position = content.position(of: needle, from: start) {
            found.append(position)
            start = position + 1
        }
        return found
    }

    private static func line(of position: Int, in content: [UInt8]) -> Int {
        1 + content[..<position].count { $0 == UInt8(ascii: "\n") }
    }

    private static func hint(_ old: String, _ content: [UInt8]) -> String {
        if content.contains(13), !old.utf8.contains(13), old.utf8.contains(10) {
            return #"The lines of the file end with \r\n, those of 'old' with \n"#
        }
        let wanted = trimmedLines(old)
        let present = trimmedLines(String(decoding: content, as: UTF8.self))
        guard let first = wanted.first(where: { !$0.isEmpty }) else { return "It holds only white space" }
        guard let index = present.firstIndex(of: first) else {
            return "No line of the file is its first line '\(first.prefix(80))'. Read the file again"
        }
        let candidates = wanted.drop { $0.isEmpty }
        let isIndentationOnly = present[index...].starts(with: candidates)
        return isIndentationOnly
            ? "It would match at line \(index + 1) if white space did not count. Copy the lines exactly as they are"
            : "Its first line is line \(index + 1) of the file, but what follows differs. Read the file again"
    }

    private static func trimmedLines(_ text: String) -> [Substring] {
        text.split(separator: "\n", omittingEmptySubsequences: false).map { line in
            var line = line.drop { $0.isWhitespace }
            while line.last?.isWhitespace == true { line.removeLast() }
            return line
        }
    }
}
