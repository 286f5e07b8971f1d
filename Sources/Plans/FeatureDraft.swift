import Documents
import Vocabulary

/// One feature as the plan has it, with the places that later checks point at.
///
/// A faulty feature becomes a draft too, so that others may depend on it without a second fault.
struct FeatureDraft {
    typealias Mention = (text: String, place: DocumentPlace)

    static let known = [
        "name", "file_path", "test_path", "function_name", "cli_command", "api_endpoint", "interface", "priority_score",
        "id", "description", "depends_on", "test_ids", "test_command", "labels", "model", "max_cost", "context",
    ]

    /// Its `id` and `dependsOn` are empty until the whole plan is known.
    var feature: Feature
    let place: DocumentPlace
    let filePlace: DocumentPlace
    let testPlace: DocumentPlace
    let explicitID: Mention?
    let dependencies: [Mention]

    init(_ fields: DocumentFields) {
        place = fields.place
        filePlace = fields.place(of: "file_path")
        testPlace = fields.place(of: "test_path")
        explicitID = Self.identity(fields).map { ($0, fields.place(of: "id")) }
        dependencies = fields.strings("depends_on")
        feature = Feature(
            id: "",
            name: fields.string("name", isRequired: true) ?? "",
            filePath: Self.path(fields, "file_path", isRequired: true) ?? "",
            testPath: Self.path(fields, "test_path"),
            functionName: fields.string("function_name"),
            cliCommand: fields.string("cli_command"),
            apiEndpoint: fields.string("api_endpoint"),
            interface: fields.string("interface"),
            priority: fields.integer("priority_score") ?? 0,
            description: fields.string("description"),
            testIDs: Self.distinct(fields, "test_ids"),
            testCommand: Self.command(fields),
            labels: Self.distinct(fields, "labels"),
            model: fields.string("model"),
            maxCost: Self.cost(fields),
            context: fields.strings("context").compactMap { Self.checked($0, fields, "context") },
            extra: Self.extra(fields),
            line: fields.place.line)
    }

    /// An id may be a number in the plan; it ends up in ref names, headers and file names, hence the rule.
    private static func identity(_ fields: DocumentFields) -> String? {
        guard let node = fields.node("id") else { return nil }
        if let number = node.value.integerValue, number >= 0 { return String(number) }
        guard let text = fields.string("id") else { return nil }
        if let problem = FeatureIdentity.problem(with: text) {
            fields.faults.error("`id` \(problem)", at: node.place)
        }
        return text
    }

    private static func path(_ fields: DocumentFields, _ key: String, isRequired: Bool = false) -> String? {
        fields.string(key, isRequired: isRequired).flatMap { checked(($0, fields.place(of: key)), fields, key) }
    }

    private static func checked(_ mention: Mention, _ fields: DocumentFields, _ key: String) -> String? {
        switch RepositoryPath.check(mention.text) {
        case .good(let path): return path
        case .bad(let problem):
            fields.faults.error("`\(key)` \(problem): \"\(mention.text.shown())\"", at: mention.place)
            return nil
        }
    }

    /// The strings of a list, each once, in order.
    private static func distinct(_ fields: DocumentFields, _ key: String) -> [String] {
        var seen: Set<String> = []
        return fields.strings(key).compactMap { text, place in
            if text.allSatisfy(\.isWhitespace) { fields.faults.error("`\(key)` holds a blank string", at: place) }
            return seen.insert(text).inserted ? text : nil
        }
    }

    private static func command(_ fields: DocumentFields) -> [String]? {
        guard let node = fields.node("test_command") else { return nil }
        switch node.content {
        case .scalar(.string(let text)) where text.contains { !$0.isWhitespace }:
            return ["sh", "-c", text]
        case .list(let nodes) where !nodes.isEmpty:
            return fields.strings("test_command").map(\.text)
        default:
            fields.noteMismatch("test_command", "a command line, or a list of a program and its arguments", node)
            return nil
        }
    }

    private static func cost(_ fields: DocumentFields) -> Picodollars? {
        guard let node = fields.node("max_cost") else { return nil }
        if let cost = node.dollars { return cost }
        fields.noteMismatch("max_cost", "an amount in dollars such as 1.50", node)
        return nil
    }

    private static func extra(_ fields: DocumentFields) -> [String: Value] {
        let others = fields.others(than: known)
        for entry in others {
            guard let meaning = fields.likelyMeaning(of: entry.key, among: known) else { continue }
            fields.faults.warning("unknown field `\(entry.key)`: did you mean `\(meaning)`?", at: entry.place)
        }
        return Dictionary(others.map { ($0.key, $0.node.value) }, uniquingKeysWith: { $1 })
    }
}
