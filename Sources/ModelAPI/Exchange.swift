import Ledger

/// How one HTTP attempt ended, before anybody judges it.
enum Exchange: Equatable {
    /// A whole answer, or one without finish reason that has its usage.
    case answered(ChatAnswer)
    /// Status 200, and then something else than an answer; `usage` if that came all the same.
    case fault(ChatStreamFault, usage: ReportedUsage?)
    /// Another status than 2xx.
    case refused(status: Int, VendorError, ServerHints)
    /// No connection was made, or the request never left. `isHopeless`: another attempt would end the same way.
    case notSent(reason: String, isHopeless: Bool)
    /// The request left and no whole answer came back.
    case lost(Loss)
    /// The task was cancelled before the answer was whole.
    case cancelled(wasSent: Bool)

    enum Loss: Equatable {
        case timeout(limit: String, Duration)
        /// The connection closed or broke, described for people.
        case connection(String)
    }
}

/// What a server says that a call used.
struct ReportedUsage: Equatable {
    var usage: TokenUsage
    /// The way of service; nil when the server named none.
    var serviceTier: String?

    var charge: CallCharge { .used(usage, serviceTier: serviceTier) }
}
