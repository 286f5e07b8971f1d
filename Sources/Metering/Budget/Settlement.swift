package import Ledger
package import Vocabulary

/// How a reserved call is settled.
package enum Settlement: Equatable, Sendable {
    /// The vendor said what was used.
    case actual(usage: TokenUsage, cost: Picodollars)
    /// The model certainly did not run.
    case nothing(reason: String)
    /// It may have run and been billed; the whole hold is charged.
    case unknown(reason: String)
}

/// How an HTTP attempt ended, as far as money is concerned.
package enum CallEnd: Equatable, Sendable {
    /// No byte of the request left: no connection, or cancelled before.
    case notSent(reason: String)
    /// A whole answer, or a stream with its terminal event; nil without usage.
    case answered(usage: TokenUsage?, service: ServiceTier = .standard)
    /// An answer with an error status; the usage if it named one.
    case refused(status: Int, usage: TokenUsage? = nil)
    /// The request left and no whole answer came: timeout, reset, cut stream, cancellation.
    case lost(reason: String, usage: TokenUsage? = nil)
}

extension Settlement {
    /// Statuses with which a vendor says that the model did not run.
    private static let unbilledStatuses: Set<Int> = [400, 401, 403, 404, 413, 429]

    /// The settlement that an HTTP attempt's end allows: what is not known to be cheaper costs the whole hold.
    package init(_ end: CallEnd, price: ModelPrice) {
        switch end {
        case .notSent(let reason):
            self = .nothing(reason: reason)
        case .answered(let usage?, let service):
            self = .actual(usage: usage, cost: price.cost(of: usage, service: service))
        case .refused(_, let usage?), .lost(_, let usage?):
            self = .actual(usage: usage, cost: price.cost(of: usage))
        case .answered(nil, _):
            self = .unknown(reason: "answered without usage")
        case .refused(let status, nil):
            let reason = "status \(status)"
            self = Self.unbilledStatuses.contains(status) ? .nothing(reason: reason) : .unknown(reason: reason)
        case .lost(let reason, nil):
            self = .unknown(reason: reason)
        }
    }
}
