import Vocabulary

/// The fields of a Chat Completions request that the simulated model looks at.
struct ChatCompletionRequest: Decodable, Sendable {
    struct Message: Decodable, Sendable {
        struct Call: Decodable, Sendable {
            struct Function: Decodable, Sendable {
                var name: String?
                var arguments: String?
            }

            var id: String?
            var function: Function?
        }

        var role: String
        var content: Content?
        var toolCalls: [Call]?
        var toolCallID: String?

        enum CodingKeys: String, CodingKey {
            case role, content
            case toolCalls = "tool_calls"
            case toolCallID = "tool_call_id"
        }
    }

    /// A text, or a list of parts of which the texts are taken.
    struct Content: Decodable, Sendable {
        var text: String

        private struct Part: Decodable {
            var text: String?
        }

        init(from decoder: any Decoder) throws {
            let container = try decoder.singleValueContainer()
            if let text = try? container.decode(String.self) {
                self.text = text
            } else {
                text = try container.decode([Part].self).compactMap(\.text).joined(separator: "\n")
            }
        }
    }

    struct Tool: Decodable, Sendable {
        struct Function: Decodable, Sendable {
            var name: String
        }

        var function: Function?
    }

    struct StreamOptions: Decodable, Sendable {
        var includeUsage: Bool?

        enum CodingKeys: String, CodingKey {
            case includeUsage = "include_usage"
        }
    }

    var model: String
    var messages: [Message]
    var tools: [Tool]?
    var stream: Bool?
    var streamOptions: StreamOptions?
    var maxTokens: Int?
    var maxCompletionTokens: Int?

    enum CodingKeys: String, CodingKey {
        case model, messages, tools, stream
        case streamOptions = "stream_options"
        case maxTokens = "max_tokens"
        case maxCompletionTokens = "max_completion_tokens"
    }

    var toolNames: Set<String> {
        Set((tools ?? []).compactMap(\.function?.name))
    }

    /// The most tokens that the answer may have; nil when the client set no limit.
    var outputLimit: Int? {
        [maxTokens, maxCompletionTokens].compactMap(\.self).min()
    }

    init(json: [UInt8]) throws {
        self = try Value(json: json).decoded()
    }
}
