/// Takes the repetitions of a key out of a document's text, so that the rest of it can be read and checked too.
///
/// The parser refuses a mapping that repeats a key and says where the first one stands. What is found from there are keys on
/// lines of their own, as people write them; others are left to the parser's error.
enum RepeatedKeys {
    /// How many mappings with repeated keys are looked for in one document.
    static let limit = 50

    /// What a repetition is called afterwards; such entries are no part of the document.
    private static let mark = "\u{E000}"

    static func isRepetition(_ key: String) -> Bool {
        key.utf8.starts(with: mark.utf8)
    }

    /// Renames the repetitions of the key whose first mention stands at `first`.
    ///
    /// - Returns: Where they stand; empty when none was found, and the text is unchanged then.
    static func rename(_ key: String, first: DocumentPlace, in text: inout String) -> [DocumentPlace] {
        var lines = text.unicodeScalars.split(separator: "\n", omittingEmptySubsequences: false).map { Array($0) }
        var places: [DocumentPlace] = []
        for index in lines.indices.dropFirst(first.line) {
            let indentation = lines[index].prefix { $0 == " " }.count
            let rest = lines[index][indentation...]
            guard let start = rest.first, start != "#", start != "\r" else { continue }
            if indentation < first.column - 1 { break }
            guard indentation == first.column - 1, let length = length(of: key, at: rest) else { continue }
            let place = DocumentPlace(line: index + 1, column: first.column)
            let name = "\(mark)\(place.line)-\(place.column)"
            lines[index].replaceSubrange(indentation..<(indentation + length), with: name.unicodeScalars)
            places.append(place)
        }
        if !places.isEmpty {
            var scalars = String.UnicodeScalarView()
            scalars.append(contentsOf: lines.joined(separator: ["\n"]))
            text = String(scalars)
        }
        return places
    }

    /// How many characters the key takes with its quotes, if it stands there with a colon behind it.
    private static func length(of key: String, at rest: ArraySlice<Unicode.Scalar>) -> Int? {
        for written in [key, "\"\(key)\"", "'\(key)'"] {
            let scalars = written.unicodeScalars
            guard rest.starts(with: scalars) else { continue }
            let after = rest.dropFirst(scalars.count).drop { $0 == " " }
            guard after.first == ":", [nil, " ", "\r"].contains(after.dropFirst().first) else { continue }
            return scalars.count
        }
        return nil
    }
}
