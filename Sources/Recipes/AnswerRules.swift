import Plans
import Vocabulary

/// What an answer has to be beyond its shape.
enum AnswerRules {
    private static let subjectLimit = 72
    private static let stageLimit = 50
    private static let noteLimit = 50_000
    private static let longestDelay = Duration.seconds(86_400)

    /// What is wrong with an answer of the right shape to a policy's question; `context` is what was asked.
    static func faults(in answer: Value, to name: String, asked context: Value) -> [ShapeFault] {
        switch name {
        case "stages": stages(answer)
        case "route": route(answer, asked: context)
        case "prompt": text(answer["user"], path: "prompt().user")
        case "retry": retry(answer)
        case "landing": command(answer["full_suite"], path: "landing().full_suite")
        case "commit": commit(answer)
        case "pull_request": line(answer["title"], path: "pull_request().title")
        case "run": run(answer)
        case "skeleton", "stub": repositoryPath(answer["path"], path: "\(name)().path")
        default: []
        }
    }

    private static func stages(_ answer: Value) -> [ShapeFault] {
        guard let list = answer.listValue else { return [] }
        if list.isEmpty { return [ShapeFault(path: "stages()", message: "a feature needs at least one stage")] }
        if list.count > stageLimit {
            return [
                ShapeFault(path: "stages()", message: "has \(list.count) stages, at most \(stageLimit) are allowed")
            ]
        }
        var seen: Set<String> = []
        return list.enumerated().flatMap { index, stage -> [ShapeFault] in
            let path = "stages()[\(index + 1)].name"
            let name = stage["name"]?.stringValue ?? ""
            if !seen.insert(name).inserted {
                return [ShapeFault(path: path, message: "there is a stage \"\(name)\" already")]
            }
            return line(stage["name"], path: path)
        }
    }

    private static func route(_ answer: Value, asked context: Value) -> [ShapeFault] {
        var faults: [ShapeFault] = []
        // The toolchain's own skeletons and stubs count as a worker.
        let workers = (context["workers"]?.strings ?? []) + ["template"]
        if let worker = answer["worker"]?.stringValue, !workers.contains(worker) {
            let message = "there is no worker \"\(worker.shown())\"; there are: \(workers.joined(separator: ", "))"
            faults.append(ShapeFault(path: "route().worker", message: message))
        }
        if answer["timeout"]?.durationValue == .zero {
            faults.append(ShapeFault(path: "route().timeout", message: "is no time at all"))
        }
        return faults
    }

    private static func retry(_ answer: Value) -> [ShapeFault] {
        var faults: [ShapeFault] = []
        if let delay = answer["delay"]?.durationValue, delay > longestDelay {
            let message = "is longer than a day; `hold_batch` waits for a person"
            faults.append(ShapeFault(path: "retry().delay", message: message))
        }
        if let size = answer["note"]?.stringValue?.utf8.count, size > noteLimit {
            let message = "has \(size) bytes, at most \(noteLimit) are allowed"
            faults.append(ShapeFault(path: "retry().note", message: message))
        }
        return faults
    }

    private static func commit(_ answer: Value) -> [ShapeFault] {
        var faults = line(answer["subject"], path: "commit().subject")
        if let count = answer["subject"]?.stringValue?.count, count > subjectLimit {
            let message = "has \(count) characters, at most \(subjectLimit) are allowed"
            faults.append(ShapeFault(path: "commit().subject", message: message))
        }
        if answer["body"]?.stringValue?.utf8.contains(0) == true {
            faults.append(ShapeFault(path: "commit().body", message: "has a zero byte"))
        }
        for (index, trailer) in (answer["trailers"]?.listValue ?? []).enumerated() {
            let path = "commit().trailers[\(index + 1)]"
            faults += trailerName(trailer["name"]?.stringValue ?? "", path: "\(path).name")
            faults += line(trailer["value"], path: "\(path).value")
        }
        return faults
    }

    private static func trailerName(_ name: String, path: String) -> [ShapeFault] {
        let isPlain = !name.isEmpty && name.allSatisfy { $0.isASCII && ($0.isLetter || $0.isNumber || $0 == "-") }
        guard isPlain else {
            return [ShapeFault(path: path, message: "\"\(name.shown())\" is not made of letters, digits and `-`")]
        }
        guard name.lowercased().hasPrefix("moonshift-") else { return [] }
        return [ShapeFault(path: path, message: "\"\(name.shown())\": these trailers are the host's own")]
    }

    private static func text(_ value: Value?, path: String) -> [ShapeFault] {
        guard let text = value?.stringValue, text.allSatisfy(\.isWhitespace) else { return [] }
        return [ShapeFault(path: path, message: "is empty")]
    }

    private static func line(_ value: Value?, path: String) -> [ShapeFault] {
        guard let text = value?.stringValue else { return [] }
        if text.allSatisfy(\.isWhitespace) { return [ShapeFault(path: path, message: "is empty")] }
        if text.contains(where: \.isNewline) { return [ShapeFault(path: path, message: "has more than one line")] }
        guard let scalar = text.unicodeScalars.first(where: \.isUnseen) else { return [] }
        return [ShapeFault(path: path, message: "has \(scalar.codePoint), which cannot be seen")]
    }

    /// The host writes these files, so their names must not lead out of the scratch folder.
    private static func run(_ answer: Value) -> [ShapeFault] {
        var faults = command(answer["argv"], path: "run().argv")
        let names =
            (answer["files"]?.mapValue ?? [:]).keys.sorted() + [answer["report"]?.stringValue].compactMap(\.self)
        for name in names where name.isEmpty || name.contains("/") || name.hasPrefix(".") || name.contains("\0") {
            faults.append(ShapeFault(path: "run()", message: "\"\(name.shown())\" is no plain file name"))
        }
        for name in (answer["env"]?.mapValue ?? [:]).keys.sorted()
        where name.isEmpty || name.contains("=") || name.contains("\0") {
            faults.append(ShapeFault(path: "run().env", message: "\"\(name.shown())\" is no name of a variable"))
        }
        return faults
    }

    private static func command(_ value: Value?, path: String) -> [ShapeFault] {
        guard let words = value?.listValue?.compactMap(\.stringValue) else { return [] }
        if words.isEmpty { return path == "landing().full_suite" ? [] : [ShapeFault(path: path, message: "is empty")] }
        if words[0].isEmpty { return [ShapeFault(path: path, message: "names no program")] }
        guard let index = words.firstIndex(where: { $0.utf8.contains(0) }) else { return [] }
        return [ShapeFault(path: "\(path)[\(index + 1)]", message: "has a zero byte")]
    }

    private static func repositoryPath(_ value: Value?, path: String) -> [ShapeFault] {
        guard let text = value?.stringValue, case .bad(let problem) = RepositoryPath.check(text) else { return [] }
        return [ShapeFault(path: path, message: "\(problem): \"\(text.shown())\"")]
    }
}
