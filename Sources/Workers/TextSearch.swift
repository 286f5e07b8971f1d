import Glibc
package import Vocabulary
package import Workspaces

/// A search for a text or a regular expression, line by line.
package struct TextSearch: Equatable, Sendable {
    /// A line that holds the text.
    package struct Match: Equatable, Sendable {
        package var path: String
        /// 1-based.
        package var line: Int
        /// The line, cut where it is very long.
        package var text: String

        package init(path: String, line: Int, text: String) {
            self.path = path
            self.line = line
            self.text = text
        }
    }

    /// One line, not empty: what a line must hold, or a regular expression as ``LinePattern`` knows it.
    package var text: String
    package var isRegularExpression: Bool
    /// Which paths to look into; nil: all.
    package var glob: PathGlob?
    /// Whether ASCII letters of either case are the same.
    package var ignoresCase: Bool
    /// The most matches to return, 1 or more.
    package var limit: Int

    package init(
        text: String, isRegularExpression: Bool = false, glob: PathGlob? = nil, ignoresCase: Bool = false,
        limit: Int = 100
    ) {
        self.text = text
        self.isRegularExpression = isRegularExpression
        self.glob = glob
        self.ignoresCase = ignoresCase
        self.limit = limit
    }

    /// How much of a repository one search reads.
    package static let readLimitInBytes = 256 << 20
    private static let fileLimitInBytes = 2 << 20
    private static let lineLimit = 300

    /// Whether the file is one to look into.
    package func covers(_ entry: TreeEntry) -> Bool {
        (entry.mode == .regular || entry.mode == .executable) && covers(path: entry.path)
    }

    func covers(path: String) -> Bool {
        glob.map { $0.matches(path) } ?? true
    }

    /// The matches in one file; none in a binary or very large one.
    package func matches(in content: [UInt8], of path: String, limit: Int) -> [Match] {
        guard content.count <= Self.fileLimitInBytes, !content.contains(0) else { return [] }
        return isRegularExpression ? matched(content, of: path, limit) : found(content, of: path, limit)
    }

    private func found(_ content: [UInt8], of path: String, _ limit: Int) -> [Match] {
        let needle = folded(Array(text.utf8))
        let haystack = folded(content)
        var found: [Match] = []
        var line = 1
        var counted = 0
        var start = 0
        while found.count < limit, let position = haystack.position(of: needle, from: start) {
            line += content[counted..<position].count { $0 == UInt8(ascii: "\n") }
            let first = content[..<position].lastIndex(of: UInt8(ascii: "\n")).map { $0 + 1 } ?? 0
            let end = content[position...].firstIndex(of: UInt8(ascii: "\n")) ?? content.count
            let text = String(decoding: content[first..<end].prefix(Self.lineLimit), as: UTF8.self)
            found.append(Match(path: path, line: line, text: text))
            counted = position
            start = end
        }
        return found
    }

    /// A pattern that is none matches nothing.
    private func matched(_ content: [UInt8], of path: String, _ limit: Int) -> [Match] {
        guard var pattern = try? LinePattern(text, ignoresCase: ignoresCase) else { return [] }
        var found: [Match] = []
        var number = 0
        for line in content.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false) {
            number += 1
            guard pattern.matches(line.last == UInt8(ascii: "\r") ? line.dropLast() : line) else { continue }
            let text = String(decoding: line.prefix(Self.lineLimit), as: UTF8.self)
            found.append(Match(path: path, line: number, text: text))
            if found.count == limit { break }
        }
        return found
    }

    private func folded(_ bytes: [UInt8]) -> [UInt8] {
        guard ignoresCase else { return bytes }
        return bytes.map { (65...90).contains($0) ? $0 | 0x20 : $0 }
    }
}

extension [UInt8] {
    /// Where `needle` first begins at or after `start`; nil when it does not, or is empty.
    func position(of needle: [UInt8], from start: Int) -> Int? {
        guard let first = needle.first else { return nil }
        return withUnsafeBytes { bytes in
            needle.withUnsafeBytes { needle in
                guard let base = bytes.baseAddress, let wanted = needle.baseAddress else { return nil }
                var index = start
                while index + needle.count <= bytes.count {
                    let span = bytes.count - needle.count + 1 - index
                    // SAFETY: both pointers are valid for the calls, and `span` keeps every comparison inside of `bytes`.
                    guard let hit = memchr(base + index, Int32(first), span) else { return nil }
                    let position = base.distance(to: UnsafeRawPointer(hit))
                    if memcmp(base + position, wanted, needle.count) == 0 { return position }
                    index = position + 1
                }
                return nil
            }
        }
    }
}
