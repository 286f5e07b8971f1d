import Vocabulary

extension ChatRequest {
    /// The body of the request to `endpoint`: JSON whose beginning stays the same from turn to turn.
    func body(for endpoint: ModelEndpoint) -> [UInt8] {
        var writer = JSONWriter(capacity: 512 + messages.reduce(0) { $0 + $1.text.utf8.count + 128 })
        writer.raw(#"{"model":"#)
        writer.string(model)
        write(tools, to: &writer)
        writer.raw(#","messages":["#)
        for (index, message) in messages.enumerated() {
            if index > 0 { writer.raw(",") }
            message.write(to: &writer)
        }
        writer.raw(#"],"stream":true,"stream_options":{"include_usage":true}"#)
        switch endpoint.outputLimitField(for: model) {
        case .maxCompletionTokens: writer.raw(#","max_completion_tokens":"#)
        case .maxTokens: writer.raw(#","max_tokens":"#)
        }
        writer.integer(maxOutputTokens)
        if let temperature {
            writer.raw(#","temperature":"#)
            writer.value(.number(temperature))
        }
        if let serviceTier = endpoint.serviceTier {
            writer.raw(#","service_tier":"#)
            writer.string(serviceTier)
        }
        writer.raw("}")
        return writer.bytes
    }

    private func write(_ tools: [ToolDefinition], to writer: inout JSONWriter) {
        if tools.isEmpty { return }
        writer.raw(#","tools":["#)
        for (index, tool) in tools.enumerated() {
            if index > 0 { writer.raw(",") }
            writer.raw(#"{"type":"function","function":{"name":"#)
            writer.string(tool.name)
            writer.raw(#","description":"#)
            writer.string(tool.description)
            writer.raw(#","parameters":"#)
            writer.encoded(tool.encodedParameters)
            writer.raw("}}")
        }
        writer.raw("]")
    }
}

extension ChatMessage {
    fileprivate func write(to writer: inout JSONWriter) {
        writer.raw(#"{"role":"#)
        writer.string(role.rawValue)
        writer.raw(#","content":"#)
        // Servers disagree about an empty string beside tool calls; null is what the format's owner sends.
        if text.isEmpty && !toolCalls.isEmpty { writer.raw("null") } else { writer.string(text) }
        if let toolCallID {
            writer.raw(#","tool_call_id":"#)
            writer.string(toolCallID)
        }
        if !toolCalls.isEmpty { write(toolCalls, to: &writer) }
        writer.raw("}")
    }

    private func write(_ calls: [ToolCall], to writer: inout JSONWriter) {
        writer.raw(#","tool_calls":["#)
        for (index, call) in calls.enumerated() {
            if index > 0 { writer.raw(",") }
            writer.raw(#"{"id":"#)
            writer.string(call.id)
            writer.raw(#","type":"function","function":{"name":"#)
            writer.string(call.name)
            writer.raw(#","arguments":"#)
            writer.string(call.sendableArguments)
            writer.raw("}}")
        }
        writer.raw("]")
    }
}

extension ToolCall {
    /// The arguments as they are sent back: as the model wrote them, unless they are no JSON object.
    ///
    /// vLLM and llama.cpp parse the arguments of earlier turns and refuse the whole conversation for one that is broken.
    fileprivate var sendableArguments: String {
        switch try? parsedArguments() {
        case nil: Value.map(["invalid_arguments": .string(arguments)]).json
        case .some(let entries): entries.isEmpty ? "{}" : arguments
        }
    }
}
