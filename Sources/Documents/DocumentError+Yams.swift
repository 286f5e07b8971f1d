import Vocabulary
import Yams

extension DocumentError {
    init(file: String, at place: DocumentPlace?, message: String) {
        self.init(
            diagnostic: Diagnostic(file: file, line: place?.line, column: place?.column, message: message))
    }

    /// The parser's error in our words, with its place.
    init(_ error: any Error, file: String, text: String) {
        switch error as? YamlError {
        case .scanner(let context, let problem, let mark, _), .parser(let context, let problem, let mark, _):
            self.init(
                file: file, at: DocumentPlace(mark), message: Self.message(problem: problem, context: context?.text))
        case .composer(_, let problem, let mark, _):
            let isSecond = problem == "but found another document"
            let message =
                isSecond ? "a second document starts here: one file holds one document" : "not YAML: \(problem)"
            self.init(file: file, at: DocumentPlace(mark), message: message)
        case .reader(let problem, let offset, _, _):
            self.init(file: file, at: offset.map { Self.place(of: $0, in: text) }, message: "not YAML: \(problem)")
        case .duplicatedKeysInMapping(let duplicates, let context):
            let keys = duplicates.map { "`\($0)`" }.joined(separator: ", ")
            self.init(
                file: file, at: DocumentPlace(context.mark),
                message: "\(keys) stands more than once in this mapping: remove or rename all but one")
        default:
            self.init(file: file, at: nil, message: "not YAML: \(error)")
        }
    }

    private static func message(problem: String, context: String?) -> String {
        if problem.hasPrefix("Maximum nesting level") { return "lists and mappings are nested too deeply" }
        return "not YAML: \(problem)\(context.map { " \($0)" } ?? "")"
    }

    private static func place(of offset: Int, in text: String) -> DocumentPlace {
        var place = DocumentPlace(line: 1, column: 1)
        for character in text.prefix(offset) {
            for scalar in character.unicodeScalars { place.advance(over: scalar) }
        }
        return place
    }
}

extension DocumentPlace {
    init(_ mark: Mark) {
        self.init(line: max(mark.line, 1), column: max(mark.column, 1))
    }
}
