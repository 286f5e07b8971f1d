import Vocabulary

/// Makes the tool call that puts a passage into a feature's source file.
struct SourceEditor: Sendable {
    let solution: SimulatedSolution
    let tools: Set<String>
    /// What `read_file` showed, perhaps with line numbers; nil when the file was not read.
    let content: String?

    /// The passages that may stand where the feature's code belongs.
    private var passages: [String] {
        [solution.stub, solution.wrongAgain, solution.wrong, solution.correct]
    }

    /// Whether every line of the passage is in the file, in order; what stands before a line, such as its number, is ignored.
    func shows(_ passage: String) -> Bool {
        guard let content else { return false }
        var rest = content.split(whereSeparator: \.isNewline)[...]
        for line in passage.split(separator: "\n") {
            let text = line.drop { $0 == " " }
            guard let position = rest.firstIndex(where: { $0.hasSuffix(text) }) else { return false }
            rest = rest[(position + 1)...]
        }
        return true
    }

    /// Puts `passage` where the file has another passage of the feature, or else where a new one belongs.
    func edit(_ passage: String) -> SimulatedAnswer.Call {
        if content == nil { return exchange(solution.stub, passage) }
        // The correct code may begin like the stub; the passage that was found whole is the one to exchange.
        if let present = passages.first(where: shows) ?? foreignStub { return exchange(present, passage) }
        return insertion(of: passage)
    }

    /// A stub that somebody else wrote for this function; nil when there is none.
    private var foreignStub: String? {
        guard let content, let name = solution.stub.split(separator: "(").first else { return nil }
        let lines = content.split(omittingEmptySubsequences: false, whereSeparator: \.isNewline).map(Self.withoutNumber)
        guard let start = lines.firstIndex(where: { $0.hasPrefix(name + "(") }) else { return nil }
        var end = start + 1
        while end < lines.endIndex, lines[end].hasPrefix(" ") { end += 1 }
        if end < lines.endIndex, lines[end] == "end" { end += 1 }
        let text = lines[start..<end].joined(separator: "\n")
        return ["not implemented", "NotImplementedError"].contains(where: text.contains) ? text : nil
    }

    /// A line without its number, as tools for models like to print them: `12<tab>`, `12: `, `12 | `, `12→`.
    ///
    /// No regular expression: one that is made anew for each of a million lines is the dearest part of an answer.
    private static func withoutNumber(_ line: Substring) -> Substring {
        let number = line.drop { $0 == " " }
        let rest = number.drop { $0.isASCII && $0.isNumber }
        guard rest.startIndex > number.startIndex else { return line }
        if rest.first == "\t" { return rest.dropFirst() }
        let mark = rest.first == " " ? rest.dropFirst() : rest
        guard let sign = mark.first, "|│→".contains(sign) || sign == ":" && mark.startIndex == rest.startIndex else {
            return line
        }
        return mark.dropFirst().first == " " ? mark.dropFirst(2) : mark.dropFirst()
    }

    /// Exchanges one passage of the feature for another.
    func exchange(_ old: String, _ new: String) -> SimulatedAnswer.Call {
        guard tools.contains("replace") else { return wholeFile(old, new) }
        return .init(
            "replace", ["path": .string(solution.sourcePath), "old": .string(old), "new": .string(new)])
    }

    /// Adds a passage to the file, or makes the file when there is none.
    func insertion(of passage: String) -> SimulatedAnswer.Call {
        guard let content, content.contains(solution.anchor) else {
            return .init(
                "write_file",
                ["path": .string(solution.sourcePath), "content": .string(solution.file(with: passage))])
        }
        return exchange(solution.anchor, passage + "\n\n" + solution.anchor)
    }

    private func wholeFile(_ old: String, _ new: String) -> SimulatedAnswer.Call {
        let whole =
            if let content, content.contains(old) {
                content.replacingFirst(old, with: new)
            } else {
                solution.file(with: new)
            }
        return .init("write_file", ["path": .string(solution.sourcePath), "content": .string(whole)])
    }
}
