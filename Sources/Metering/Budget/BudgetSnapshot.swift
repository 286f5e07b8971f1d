package import Vocabulary

/// What a run has spent and holds, at one instant.
package struct BudgetSnapshot: Equatable, Sendable {
    package var run: BudgetAccount
    package var batches: [BatchID: BudgetAccount]
    package var features: [FeatureID: BudgetAccount]
    /// By days in UTC, counted from 1970; other runs of the ledger are in them.
    package var days: [Int: BudgetAccount]
    /// Calls that money is held for.
    package var callsInFlight: Int
    /// Calls that wait for money.
    package var callsWaiting: Int
    /// Models that billed more than a bound and are not called any more, sorted.
    package var untrustedModels: [String]

    init(book: BudgetBook, untrustedModels: Set<String>) {
        run = book[.run]
        batches = [:]
        features = [:]
        days = [:]
        callsInFlight = book.holdCount
        callsWaiting = book.parkedCount
        self.untrustedModels = untrustedModels.sorted()
        for (scope, account) in book.all {
            switch scope {
            case .run: continue
            case .batch(let id): batches[id] = account
            case .feature(let id): features[id] = account
            case .day(let day): days[day] = account
            }
        }
    }
}
