import ModelAPI
import Synchronization
import Vocabulary
import Workers

/// A model whose answers were written beforehand; it repeats the last one.
final class ScriptedModel: ModelCalling {
    enum Step: Sendable {
        case answer(ChatAnswer)
        case fail(ModelCallError)
        /// Waits until the call is cancelled.
        case hang
    }

    private let steps: [Step]
    private let state = Mutex<[ChatRequest]>([])

    init(_ steps: [Step]) {
        self.steps = steps
    }

    convenience init(_ answers: ChatAnswer...) {
        self.init(answers.map { .answer($0) })
    }

    /// What was asked so far.
    var requests: [ChatRequest] {
        state.withLock { $0 }
    }

    /// The message that the model saw last in its `turn`-th request, 1-based.
    func lastMessage(ofTurn turn: Int) -> ChatMessage? {
        let requests = requests
        return requests.indices.contains(turn - 1) ? requests[turn - 1].messages.last : nil
    }

    func complete(_ request: ChatRequest, turn: Int) async throws(ModelCallError) -> ChatAnswer {
        let count = state.withLock { requests in
            requests.append(request)
            return requests.count
        }
        guard count == turn else { throw .invalidAnswer(reason: "turn \(turn) is asked as the \(count)th") }
        switch steps[min(turn, steps.count) - 1] {
        case .answer(let answer): return answer
        case .fail(let error): throw error
        case .hang:
            try? await Task.sleep(for: .seconds(3600))
            throw .cancelled
        }
    }
}

extension ChatAnswer {
    /// An answer that calls tools; ids are made from the position.
    static func calls(_ calls: (name: String, arguments: Value)..., finishReason: String? = "tool_calls") -> ChatAnswer
    {
        raw(calls.map { ($0.name, $0.arguments.json) }, finishReason: finishReason)
    }

    /// An answer whose arguments are any text.
    static func raw(_ calls: [(String, String)], finishReason: String? = "tool_calls") -> ChatAnswer {
        ChatAnswer(
            text: "",
            toolCalls: calls.enumerated().map {
                ToolCall(id: "call\($0.offset)", name: $0.element.0, arguments: $0.element.1)
            },
            finishReason: finishReason, model: "scripted", isStreamTruncated: finishReason == nil)
    }

    static func says(_ text: String, finishReason: String? = "stop", refusal: String? = nil) -> ChatAnswer {
        ChatAnswer(
            text: text, refusal: refusal, finishReason: finishReason, model: "scripted",
            isStreamTruncated: finishReason == nil)
    }

    static let finishes = ChatAnswer.calls(("finish", ["summary": "done"]))
}
