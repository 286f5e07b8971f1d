/// What one HTTP attempt says about the server, whatever it says about the call.
package enum ServerContact: Equatable, Sendable {
    /// The server spoke: an answer, a refusal, a limit.
    case answered
    /// No connection could be made, for this reason.
    case unreachable(String)
    /// The server failed, broke off or kept silent; the request may be at fault too.
    case failed(String)

    /// nil when the attempt says nothing, as when it was cancelled.
    init?(_ next: AttemptVerdict.Next) {
        switch next {
        case .answer: self = .answered
        // An answer of the right kind that cannot be used says more of the model than of its server.
        case .retry(.invalidAnswer, _): self = .answered
        case .final(let failure), .retry(let failure, _):
            switch failure {
            case .rateLimited, .refused, .oversizedAnswer: self = .answered
            case .unreachable(let reason): self = .unreachable(reason)
            case .server(let status, let message):
                self = .failed("HTTP \(status)" + (message.isEmpty ? "" : ": \(message)"))
            case .timeout(_, let limit): self = .failed("silent for \(limit / .seconds(1)) s")
            case .cutStream(let reason), .invalidAnswer(let reason): self = .failed(reason)
            case .cancelled: return nil
            }
        }
    }
}
