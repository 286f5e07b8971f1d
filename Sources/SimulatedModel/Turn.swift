import Vocabulary
import WebServer

/// One request for an answer, with what its headers say.
struct Turn: Sendable {
    let body: ChatCompletionRequest
    /// nil when the headers name no feature.
    let key: ConversationKey?
    /// As the client counts.
    let turn: Int?
    /// 0-based, over the requests of the attempt's stage that came before, repeated ones too.
    let index: Int
    /// A quarter of the body's bytes.
    let promptTokens: Int

    init(_ request: WebRequest, _ body: ChatCompletionRequest, _ book: CallBook) {
        self.body = body
        turn = request.headers["x-moonshift-turn"].flatMap { Int($0) }
        promptTokens = max(1, (request.body.count + 3) / 4)
        if let feature = request.headers["x-moonshift-feature"], !feature.isEmpty {
            let key = ConversationKey(
                feature: FeatureID(rawValue: feature),
                stage: request.headers["x-moonshift-stage"] ?? "implement",
                attempt: request.headers["x-moonshift-attempt"].flatMap { Int($0) } ?? 1
            )
            self.key = key
            index = book.nextCall(of: key)
        } else {
            key = nil
            index = 0
        }
    }

    /// A name for the call that is the same whenever the same conversation is repeated.
    var name: String {
        guard let key else { return "none/\(promptTokens)" }
        return "\(key.feature)/\(key.stage)/\(key.attempt)/\(index)"
    }

    /// The record of the call.
    ///
    /// `answer` is what is billed for; nil for a refusal, which is free.
    func call(status: Int, fault: SimulatedFault?, answer: SimulatedAnswer?) -> SimulatedCall {
        SimulatedCall(
            sequence: 0, feature: key?.feature, stage: key?.stage, attempt: key?.attempt, turn: turn, status: status,
            fault: fault, promptTokens: answer == nil ? 0 : promptTokens,
            completionTokens: answer?.completionTokens ?? 0)
    }
}
