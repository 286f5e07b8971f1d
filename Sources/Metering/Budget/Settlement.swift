package import Ledger
package import Vocabulary

/// How a reserved call is settled; whoever made the HTTP attempt knows which it was.
package enum Settlement: Equatable, Sendable {
    /// The vendor said what was used.
    case actual(usage: TokenUsage, cost: Picodollars)
    /// The model certainly did not run.
    case nothing(reason: String)
    /// It may have run and been billed; the whole hold is charged.
    case unknown(reason: String)
}
