package import Ledger
package import Vocabulary

extension ChatAnswer {
    /// The answer as the ledger keeps it: settled together with its price, so that a resume need not ask again.
    package var record: Value {
        var fields: [String: Value] = ["text": .string(text), "model": .string(model)]
        if !toolCalls.isEmpty {
            fields["tool_calls"] = .list(
                toolCalls.map { call in
                    ["id": .string(call.id), "name": .string(call.name), "arguments": .string(call.arguments)]
                })
        }
        if let refusal { fields["refusal"] = .string(refusal) }
        if let finishReason { fields["finish_reason"] = .string(finishReason) }
        if let serviceTier { fields["service_tier"] = .string(serviceTier) }
        if isStreamTruncated { fields["is_stream_truncated"] = true }
        return .map(fields)
    }

    /// Reads a record back; nil for one that no version of this program wrote.
    ///
    /// - Parameters:
    ///   - record: What the ledger kept.
    ///   - usage: What the settlement says beside the answer.
    package init?(record: Value, usage: TokenUsage?) {
        guard let text = record["text"]?.stringValue, let model = record["model"]?.stringValue else { return nil }
        var toolCalls: [ToolCall] = []
        for call in record["tool_calls"]?.listValue ?? [] {
            guard let id = call["id"]?.stringValue, let name = call["name"]?.stringValue,
                let arguments = call["arguments"]?.stringValue
            else { return nil }
            toolCalls.append(ToolCall(id: id, name: name, arguments: arguments))
        }
        self.init(
            text: text, toolCalls: toolCalls, refusal: record["refusal"]?.stringValue,
            finishReason: record["finish_reason"]?.stringValue, usage: usage, model: model,
            serviceTier: record["service_tier"]?.stringValue,
            isStreamTruncated: record["is_stream_truncated"]?.boolValue ?? false)
    }
}
