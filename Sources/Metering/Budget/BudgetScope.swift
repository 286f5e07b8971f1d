import Ledger
package import Vocabulary

/// One of the things that money is counted for; a call is in several at once.
package enum BudgetScope: Hashable, Sendable {
    case run
    case batch(BatchID)
    case feature(FeatureID)
    /// A day in UTC, counted from 1970.
    case day(Int)
}

extension BudgetScope: CustomStringConvertible {
    /// `run`, `batch b1`, `feature f1`, `day 2026-11-22`.
    package var description: String {
        switch self {
        case .run: "run"
        case .batch(let id): "batch \(id)"
        case .feature(let id): "feature \(id)"
        case .day(let day): "day \(UTCTime.dayString(day))"
        }
    }
}

/// The caps in force; nil: none.
package struct Caps: Equatable, Sendable {
    package var run: Picodollars?
    /// For every batch that ``batches`` does not name.
    package var batch: Picodollars?
    /// For every feature that ``features`` does not name.
    package var feature: Picodollars?
    /// For every day in UTC, over all runs of the ledger.
    package var day: Picodollars?
    package var batches: [BatchID: Picodollars]
    package var features: [FeatureID: Picodollars]

    package init(
        run: Picodollars? = nil, batch: Picodollars? = nil, feature: Picodollars? = nil, day: Picodollars? = nil,
        batches: [BatchID: Picodollars] = [:], features: [FeatureID: Picodollars] = [:]
    ) {
        self.run = run
        self.batch = batch
        self.feature = feature
        self.day = day
        self.batches = batches
        self.features = features
    }

    /// The cap of a scope; nil: none.
    package subscript(scope: BudgetScope) -> Picodollars? {
        switch scope {
        case .run: run
        case .batch(let id): batches[id] ?? batch
        case .feature(let id): features[id] ?? feature
        case .day: day
        }
    }

    /// Sets the cap of one scope; of a day: of every day.
    package mutating func set(_ cap: Picodollars?, for scope: BudgetScope) {
        switch scope {
        case .run: run = cap
        case .batch(let id): batches[id] = cap
        case .feature(let id): features[id] = cap
        case .day: day = cap
        }
    }

    /// Whether anything at all is capped.
    package var isCapped: Bool {
        run != nil || batch != nil || feature != nil || day != nil || !batches.isEmpty || !features.isEmpty
    }
}

/// What one scope has spent and set aside.
package struct BudgetAccount: Equatable, Sendable {
    /// nil: none.
    package var cap: Picodollars?
    package var settled: Picodollars
    package var held: Picodollars

    package init(cap: Picodollars? = nil, settled: Picodollars = .zero, held: Picodollars = .zero) {
        self.cap = cap
        self.settled = settled
        self.held = held
    }

    /// What can still be reserved; nil without a cap, zero or more otherwise.
    package var left: Picodollars? {
        cap.map { max(.zero, $0 - settled - held) }
    }
}
