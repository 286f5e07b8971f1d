import Foundation
import Vocabulary

extension BuiltInFunctions {
    /// `host.json`: an empty table encodes as `{}`; null decodes as nil.
    static let json = [
        immediate("host.json.encode") { arguments in .string(arguments.value.json) },
        immediate("host.json.pretty") { arguments in .string(arguments.value.prettyJSON) },
        immediate("host.json.decode") { arguments in
            let text = try arguments.string(0, "text")
            do {
                return try Value(json: Array(text.utf8))
            } catch {
                throw Arguments.Fault(description: "host.json.decode: the text is no JSON\(reason(error))")
            }
        },
    ]

    private static func reason(_ error: any Error) -> String {
        guard case DecodingError.dataCorrupted(let context) = error,
            let cause = (context.underlyingError as NSError?)?.userInfo["NSDebugDescription"] as? String
        else { return "" }
        return ": \(cause)"
    }

    /// `host.glob.match(pattern, path)` and `host.glob.filter(pattern, paths)`; a pattern may be a list of patterns.
    static let glob = [
        immediate("host.glob.match") { arguments in
            let globs = try globs(in: arguments)
            return .bool(try matches(arguments.string(1, "path"), globs, arguments))
        },
        immediate("host.glob.filter") { arguments in
            let globs = try globs(in: arguments)
            guard let paths = arguments[1, "paths"]?.listValue else {
                throw arguments.fault("paths", "must be a list of paths")
            }
            return .list(try paths.filter { try matches($0.stringValue ?? "", globs, arguments) })
        },
    ]

    private static func globs(in arguments: Arguments) throws -> [PathGlob] {
        let patterns = try arguments[0, "pattern"]?.listValue ?? [.string(arguments.string(0, "pattern"))]
        return try patterns.map { pattern in
            guard let text = pattern.stringValue else { throw arguments.fault("pattern", "must hold strings") }
            // A script must not make the host expand for ever: `{a,b}` doubles the patterns each time.
            let choices = text.split(separator: "{").dropFirst().map { $0.prefix { $0 != "}" }.count { $0 == "," } + 1 }
            guard text.count <= 256, choices.count <= 16, choices.reduce(1, { $0 < 1_000 ? $0 * $1 : $0 }) <= 64 else {
                throw arguments.fault("pattern", "is too long, or stands for more than 64 patterns")
            }
            return PathGlob(text)
        }
    }

    private static func matches(_ path: String, _ globs: [PathGlob], _ arguments: Arguments) throws -> Bool {
        guard path.utf8.count <= 4_096 else { throw arguments.fault("path", "is longer than 4096 bytes") }
        arguments.charge(globs.reduce(0) { $0 + $1.pattern.utf8.count * path.utf8.count })
        return globs.contains { $0.matches(path) }
    }

    /// `host.all{ { "host.read", { path = "a" } }, … }`: several host functions at once, answers in the order of the
    /// questions; the first failure cancels the others and is raised.
    static func waitingForSeveral(of functions: [HostFunction], atMost limit: Int) -> [HostFunction] {
        let named = Dictionary(functions.map { ($0.name, $0) }, uniquingKeysWith: { $1 })
        guard functions.contains(where: \.isSuspending) else { return [] }
        return [
            HostFunction(
                name: "host.all",
                kind: .suspending { value in
                    let questions = try questions(in: value, among: named, atMost: limit)
                    return .list(try await answers(to: questions))
                })
        ]
    }

    private typealias Question = (body: @Sendable (Value) async throws -> Value, argument: Value)

    private static func questions(
        in value: Value, among functions: [String: HostFunction], atMost limit: Int
    ) throws -> [Question] {
        guard let entries = value.listValue else {
            throw Arguments.Fault(description: "host.all: needs a list of { name, argument }")
        }
        guard entries.count <= limit else {
            throw Arguments.Fault(description: "host.all: \(entries.count) calls at once, the limit is \(limit)")
        }
        return try entries.enumerated().map { index, entry in
            // A name without an argument is a list of one.
            guard let parts = entry.listValue, let name = parts.first?.stringValue, let function = functions[name],
                case .suspending(let body) = function.kind
            else {
                throw Arguments.Fault(
                    description: "host.all: [\(index + 1)] must be { name, argument } of a host function that waits")
            }
            return (body, parts.count > 1 ? parts[1] : .null)
        }
    }

    private static func answers(to questions: [Question]) async throws -> [Value] {
        try await withThrowingTaskGroup(of: (Int, Value).self) { group in
            for (index, question) in questions.enumerated() {
                group.addTask { (index, try await question.body(question.argument)) }
            }
            var answers = [Value](repeating: .null, count: questions.count)
            for try await (index, answer) in group { answers[index] = answer }
            return answers
        }
    }
}
