/// Finds where a source names a policy, so that a message about an answer can say which function made it.
enum PolicyLines {
    /// The 1-based line in the text that gives `name` its value; nil when no line looks like that.
    static func line(of name: String, in text: [UInt8]) -> Int? {
        let lines = String(decoding: text, as: UTF8.self).split(separator: "\n", omittingEmptySubsequences: false)
        // The last one: a local function comes first, the table that is returned at the end.
        for (index, line) in lines.enumerated().reversed() where defines(name, line) { return index + 1 }
        return nil
    }

    private static func defines(_ name: String, _ line: Substring) -> Bool {
        var rest = line
        while let found = rest.firstRange(of: name) {
            let before = line[..<found.lowerBound]
            let after = rest[found.upperBound...].drop { $0 == " " || $0 == "\"" || $0 == "'" || $0 == "]" }
            let isWhole =
                !(before.last.map(isWordPart) ?? false) && !(rest[found.upperBound...].first.map(isWordPart) ?? false)
            let isComment = before.contains("--")
            let isAssigned = after.first == "=" && after.dropFirst().first != "="
            let isFunction = after.first == "(" && before.contains("function")
            if isWhole, !isComment, isAssigned || isFunction { return true }
            rest = rest[found.upperBound...]
        }
        return false
    }

    private static func isWordPart(_ character: Character) -> Bool {
        character == "_" || character.isASCII && (character.isLetter || character.isNumber)
    }
}
