import Foundation
import Vocabulary

/// Writes an answer in the forms of Chat Completions.
struct AnswerEncoder: Sendable {
    /// The id of the answer, such as `chatcmpl-5f…`; those of its tool calls are made from it.
    let id: String
    let model: String
    let promptTokens: Int

    /// A stream's bytes, and where its finish reason begins.
    struct Stream: Equatable, Sendable {
        var bytes: [UInt8]
        var finishOffset: Int
    }

    /// The whole answer as one JSON document.
    func document(_ answer: SimulatedAnswer) -> String {
        var message: [String: Value] = [
            "role": "assistant", "content": answer.text.isEmpty ? .null : .string(answer.text),
        ]
        if !answer.calls.isEmpty {
            message["tool_calls"] = .list(
                answer.calls.enumerated().map { index, call in
                    [
                        "id": .string(callID(index)), "type": "function",
                        "function": ["name": .string(call.name), "arguments": .string(call.arguments)],
                    ]
                })
        }
        let choice: Value = ["index": 0, "message": .map(message), "finish_reason": Value(answer.finishReason)]
        let document: Value = [
            "id": .string(id), "object": "chat.completion", "created": created, "model": .string(model),
            "choices": [choice], "usage": usage(answer),
        ]
        return document.json
    }

    /// The answer as server-sent events.
    ///
    /// `hasUsage` is whether the client asked for the chunk with the usage.
    func stream(_ answer: SimulatedAnswer, hasUsage: Bool) -> Stream {
        var text = event(delta: ["role": "assistant", "content": ""])
        for piece in answer.text.pieces(4) {
            text += event(delta: ["content": .string(String(piece))])
        }
        for (index, call) in answer.calls.enumerated() {
            let head: Value = ["name": .string(call.name), "arguments": ""]
            text += event(
                delta: [
                    "tool_calls": [
                        [
                            "index": .integer(Int64(index)), "id": .string(callID(index)), "type": "function",
                            "function": head,
                        ]
                    ]
                ])
            for piece in call.arguments.pieces(4) {
                let function: Value = ["arguments": .string(String(piece))]
                text += event(delta: ["tool_calls": [["index": .integer(Int64(index)), "function": function]]])
            }
        }
        let finishOffset = text.utf8.count
        text += event(delta: [:], finishReason: Value(answer.finishReason))
        if hasUsage { text += chunk(choices: [], usage: usage(answer)) }
        text += "data: [DONE]\n\n"
        return Stream(bytes: Array(text.utf8), finishOffset: finishOffset)
    }

    private func event(delta: Value, finishReason: Value = .null) -> String {
        chunk(choices: [["index": 0, "delta": delta, "finish_reason": finishReason]], usage: nil)
    }

    private func chunk(choices: Value, usage: Value?) -> String {
        var fields: [String: Value] = [
            "id": .string(id), "object": "chat.completion.chunk", "created": created, "model": .string(model),
            "choices": choices,
        ]
        if let usage { fields["usage"] = usage }
        return "data: \(Value.map(fields).json)\n\n"
    }

    private func usage(_ answer: SimulatedAnswer) -> Value {
        let completionTokens = answer.completionTokens
        return [
            "prompt_tokens": Value(promptTokens), "completion_tokens": Value(completionTokens),
            "total_tokens": Value(promptTokens + completionTokens),
            "prompt_tokens_details": ["cached_tokens": 0],
            "completion_tokens_details": ["reasoning_tokens": 0],
        ]
    }

    private func callID(_ index: Int) -> String {
        "call_\(id.suffix(16))_\(index)"
    }

    private var created: Value {
        .integer(Int64(Date().timeIntervalSince1970))
    }
}

extension String {
    /// The text cut into at most `count` parts of about the same length; none for an empty text.
    fileprivate func pieces(_ count: Int) -> [Substring] {
        let length = Swift.max(1, (unicodeScalars.count + count - 1) / count)
        var pieces: [Substring] = []
        var start = startIndex
        while start < endIndex {
            let end = unicodeScalars.index(start, offsetBy: length, limitedBy: endIndex) ?? endIndex
            pieces.append(Substring(unicodeScalars[start..<end]))
            start = end
        }
        return pieces
    }
}
