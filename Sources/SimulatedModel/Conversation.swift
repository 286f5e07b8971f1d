import Vocabulary

/// What has happened in a conversation so far, as far as tools are concerned.
struct Conversation: Sendable {
    /// One tool call and what came back.
    struct Exchange: Sendable {
        var name: String
        /// nil when the arguments were no JSON object.
        var arguments: [String: Value]?
        /// nil until the tool has answered.
        var result: String?

        /// The text argument of that name; empty when there is none.
        func argument(_ name: String) -> String {
            arguments?[name]?.stringValue ?? ""
        }
    }

    /// In the order of the calls.
    var exchanges: [Exchange]
    /// The names of the tools that this request offers.
    var tools: Set<String>

    init(exchanges: [Exchange] = [], tools: Set<String>) {
        self.exchanges = exchanges
        self.tools = tools
    }

    init(_ request: ChatCompletionRequest) {
        self.init(tools: request.toolNames)
        var positions: [String: Int] = [:]
        for message in request.messages {
            for call in message.toolCalls ?? [] {
                if let id = call.id { positions[id] = exchanges.count }
                let arguments = try? Value(json: Array((call.function?.arguments ?? "").utf8)).mapValue
                exchanges.append(Exchange(name: call.function?.name ?? "", arguments: arguments))
            }
            guard message.role == "tool", let id = message.toolCallID, let position = positions[id] else { continue }
            exchanges[position].result = message.content?.text ?? ""
        }
    }

    /// What the last answered read of the file showed; nil when it was never read.
    func lastRead(of path: String) -> String? {
        exchanges.last { $0.name == "read_file" && $0.argument("path") == path && $0.result != nil }?.result
    }
}

/// What a test run said, as far as it can be told from its text.
enum TestOutcome: Sendable {
    case green, red, unknown

    /// Reads the result of tool `run_tests`: a JSON object with a flag, or prose that says passed or failed.
    init(_ text: String) {
        if let flag = Self.flag(in: text) {
            self = flag ? .green : .red
            return
        }
        // No regular expressions: making them anew for each answer was the dearest part of it.
        let text = text.lowercased()
        let words = text.split { !($0.isLetter || $0.isNumber || $0 == ":") }
        if Self.counts(words, among: ["failed", "failure", "failures", "error", "errors", "missing", "skipped"])
            || words.contains("red") || ["not implemented", "traceback"].contains(where: text.contains)
        {
            self = .red
        } else if !Set(words).isDisjoint(with: ["green", "passed", "pass", "ok"]) {
            self = .green
        } else {
            self = ["fail", "error", "missing", "refused"].contains(where: text.contains) ? .red : .unknown
        }
    }

    /// Whether the text counts one or more of something, as in `2 failed` or `failed: 2`.
    private static func counts(_ words: [Substring], among names: Set<Substring>) -> Bool {
        zip(words, words.dropFirst()).contains { first, second in
            let isCounted = Int(first).map { $0 > 0 } ?? false && names.contains(second)
            return isCounted || first == "failed:" && second != "0"
        }
    }

    private static func flag(in text: String) -> Bool? {
        guard text.utf8.first == UInt8(ascii: "{"), let value = try? Value(json: Array(text.utf8)) else { return nil }
        return ["is_green", "green", "passed", "ok"].lazy.compactMap { value[$0]?.boolValue }.first
    }
}
