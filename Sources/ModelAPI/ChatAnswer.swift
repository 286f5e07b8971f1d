package import Ledger

/// What a model answered in one turn.
package struct ChatAnswer: Equatable, Sendable {
    /// The text; empty when the model only called tools.
    package var text: String
    /// The tools that the model wants to run, in order of their index; ids are never empty and never repeat.
    package var toolCalls: [ToolCall]
    /// The model's own words for not answering; nil when it did.
    package var refusal: String?
    /// `stop`, `tool_calls`, `length`, `content_filter` or a server's own word; nil only when ``isStreamTruncated``.
    package var finishReason: String?
    /// What the server counted; nil when it did not say, and then the call was charged at its full hold.
    package var usage: TokenUsage?
    /// The model as the server names it, which may be more exact than what was asked for.
    package var model: String
    /// The way of service that the server says it used, such as `default` or `priority`; it decides the price.
    package var serviceTier: String?
    /// The server ended the answer without a finish reason, and yet sent its bill: do not trust the last tool call or line.
    package var isStreamTruncated: Bool

    package init(
        text: String, toolCalls: [ToolCall] = [], refusal: String? = nil, finishReason: String?,
        usage: TokenUsage? = nil, model: String, serviceTier: String? = nil, isStreamTruncated: Bool = false
    ) {
        self.text = text
        self.toolCalls = toolCalls
        self.refusal = refusal
        self.finishReason = finishReason
        self.usage = usage
        self.model = model
        self.serviceTier = serviceTier
        self.isStreamTruncated = isStreamTruncated
    }

    /// The answer as the message to append to the conversation; a refusal stands in for missing text.
    package var message: ChatMessage {
        .assistant(text.isEmpty ? refusal ?? "" : text, toolCalls: toolCalls)
    }

    /// Whether the end is missing: the output limit was reached, or the server stopped without a finish reason.
    package var isCutShort: Bool { isStreamTruncated || finishReason == "length" }
}
