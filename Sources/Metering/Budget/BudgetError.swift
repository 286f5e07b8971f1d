package import Ledger
package import Vocabulary

/// Why a model call may not be made.
package enum BudgetError: Error, Equatable, Sendable {
    /// It does not fit under the cap of a scope and never will; nothing is reserved, and asking again is no use.
    case capReached(scope: BudgetScope, cap: Picodollars, spent: Picodollars, asked: Picodollars)
    /// The run was told to stop.
    case stopped
    /// The model billed more than its bound once, so no bound of it can be trusted.
    case untrustedBound(model: String)
    /// The ledger cannot be written, so nothing may be spent.
    case ledger(LedgerError)
    /// The task was cancelled before the call was made; nothing is reserved.
    case cancelled
}

extension BudgetError: CustomStringConvertible {
    package var description: String {
        switch self {
        case .capReached(let scope, let cap, let spent, let asked):
            """
            budget cap of the \(scope) reached: the next call may cost \(asked), \(spent) of \(cap) is spent. \
            Raise the cap with \(scope.option), then run `moonshift resume`.
            """
        case .stopped:
            "the run was told to stop: no model call is made any more. Go on with `moonshift resume`."
        case .untrustedBound(let model):
            """
            the model '\(model)' billed more than the bound of a call: no further call of it is made under a cap. \
            Check its price and context window in the price file.
            """
        case .ledger(let error):
            "no model call is made, because it could not be recorded: \(error)"
        case .cancelled:
            "the model call was cancelled before it was made."
        }
    }
}

extension BudgetScope {
    fileprivate var option: String {
        switch self {
        case .run: "--max-cost"
        case .batch: "--max-cost-per-batch"
        case .feature: "--max-cost-per-feature"
        case .day: "--max-cost-per-day"
        }
    }
}
