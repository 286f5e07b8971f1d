/// One message of a conversation with a model.
package struct ChatMessage: Codable, Hashable, Sendable {
    package enum Role: String, Codable, Sendable {
        case system, user, assistant, tool
    }

    package var role: Role
    /// The text; empty for an assistant message that only calls tools.
    package var text: String
    /// The tools that an assistant message calls, in the order of the answer; empty for other roles.
    package var toolCalls: [ToolCall]
    /// Which call a tool message answers; nil for other roles.
    package var toolCallID: String?

    package init(role: Role, text: String, toolCalls: [ToolCall] = [], toolCallID: String? = nil) {
        self.role = role
        self.text = text
        self.toolCalls = toolCalls
        self.toolCallID = toolCallID
    }

    package static func system(_ text: String) -> Self { Self(role: .system, text: text) }
    package static func user(_ text: String) -> Self { Self(role: .user, text: text) }

    package static func assistant(_ text: String, toolCalls: [ToolCall] = []) -> Self {
        Self(role: .assistant, text: text, toolCalls: toolCalls)
    }

    /// The result of a tool call.
    package static func tool(_ text: String, answering callID: String) -> Self {
        Self(role: .tool, text: text, toolCallID: callID)
    }
}
