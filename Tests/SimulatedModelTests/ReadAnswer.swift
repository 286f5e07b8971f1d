import LoopbackHTTP
import Vocabulary

/// An answer put together from what came over the wire.
struct ReadAnswer {
    var message: Value
    var finishReason: String?
    var usage: Value?

    init(_ reply: HTTPReply, isStreaming: Bool) throws {
        if isStreaming {
            let data = reply.text.split(separator: "\n\n").map { $0.dropFirst("data: ".count) }.filter {
                $0 != "[DONE]"
            }
            let chunks = try data.map { try Value(json: Array($0.utf8)) }
            var text = ""
            var calls: [(id: Value?, name: String, arguments: String)] = []
            for chunk in chunks {
                usage = chunk["usage"] ?? usage
                guard let choice = chunk["choices"]?.listValue?.first else { continue }
                finishReason = choice["finish_reason"]?.stringValue ?? finishReason
                text += choice["delta"]?["content"]?.stringValue ?? ""
                for part in choice["delta"]?["tool_calls"]?.listValue ?? [] {
                    let index = part["index"]?.integerValue ?? 0
                    if index == calls.count {
                        calls.append((part["id"], part["function"]?["name"]?.stringValue ?? "", ""))
                    }
                    calls[index].arguments += part["function"]?["arguments"]?.stringValue ?? ""
                }
            }
            var fields: [String: Value] = ["role": "assistant", "content": text.isEmpty ? .null : .string(text)]
            if !calls.isEmpty {
                fields["tool_calls"] = .list(
                    calls.map { call in
                        [
                            "id": call.id ?? nil, "type": "function",
                            "function": ["name": .string(call.name), "arguments": .string(call.arguments)],
                        ]
                    })
            }
            message = .map(fields)
        } else {
            let document = try Value(json: reply.body)
            let choice = document["choices"]?.listValue?.first
            message = choice?["message"] ?? nil
            finishReason = choice?["finish_reason"]?.stringValue
            usage = document["usage"]
        }
    }
}
