import Vocabulary

/// What an answer has to be beyond its shape.
enum AnswerRules {
    private static let subjectLimit = 72

    static func faults(in answer: Value, to name: String) -> [ShapeFault] {
        switch name {
        case "stages": stages(answer)
        case "commit": commit(answer)
        case "pull_request": line(answer["title"], path: "pull_request().title")
        case "run": command(answer)
        default: []
        }
    }

    private static func stages(_ answer: Value) -> [ShapeFault] {
        guard let list = answer.listValue, list.isEmpty else { return [] }
        return [ShapeFault(path: "stages()", message: "a feature needs at least one stage")]
    }

    private static func commit(_ answer: Value) -> [ShapeFault] {
        let faults = line(answer["subject"], path: "commit().subject")
        guard let count = answer["subject"]?.stringValue?.count, count > subjectLimit else { return faults }
        let message = "has \(count) characters, at most \(subjectLimit) are allowed"
        return faults + [ShapeFault(path: "commit().subject", message: message)]
    }

    private static func line(_ value: Value?, path: String) -> [ShapeFault] {
        guard let text = value?.stringValue else { return [] }
        if text.allSatisfy(\.isWhitespace) { return [ShapeFault(path: path, message: "is empty")] }
        return text.contains(where: \.isNewline) ? [ShapeFault(path: path, message: "has more than one line")] : []
    }

    /// The host writes these files, so their names must not lead out of the scratch folder.
    private static func command(_ answer: Value) -> [ShapeFault] {
        var faults: [ShapeFault] = []
        if answer["argv"]?.listValue?.isEmpty == true {
            faults.append(ShapeFault(path: "run().argv", message: "is empty"))
        }
        let names =
            (answer["files"]?.mapValue ?? [:]).keys.sorted() + [answer["report"]?.stringValue].compactMap(\.self)
        for name in names where name.isEmpty || name.contains("/") || name.hasPrefix(".") || name.contains("\0") {
            faults.append(ShapeFault(path: "run()", message: "\"\(name)\" is no plain file name"))
        }
        return faults
    }
}
