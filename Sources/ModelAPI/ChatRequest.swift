/// What a worker asks of a model in one turn.
package struct ChatRequest: Hashable, Sendable {
    package var model: String
    /// The whole conversation so far, oldest first; append only, so that a server can reuse its cache of the beginning.
    package var messages: [ChatMessage]
    /// The tools that the model may call; empty sends none.
    package var tools: [ToolDefinition]
    /// Sent only when set: several models refuse any value but their own.
    package var temperature: Double?
    /// The most tokens that the answer may have, reasoning included; 1 or more. Always sent: it bounds the price.
    package var maxOutputTokens: Int
    /// Further request headers by name; those that the client sets itself win.
    package var headers: [String: String]

    package init(
        model: String, messages: [ChatMessage], tools: [ToolDefinition] = [], temperature: Double? = nil,
        maxOutputTokens: Int, headers: [String: String] = [:]
    ) {
        self.model = model
        self.messages = messages
        self.tools = tools
        self.temperature = temperature
        self.maxOutputTokens = maxOutputTokens
        self.headers = headers
    }
}
