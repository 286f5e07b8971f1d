import Ledger
import PolicyContract
package import Vocabulary

/// How a run went: the last line of `--json`, and the text at its end.
package struct RunSummary: Equatable, Sendable {
    package var run: RunID
    package var featuresTotal = 0
    package var featuresLanded = 0
    package var featuresAlreadyDone = 0
    package var featuresFailed = 0
    /// Neither landed nor failed: a resume goes on with them.
    package var featuresOpen = 0
    /// Reason by how many features ended with it.
    package var failures: [String: Int] = [:]
    package var failedFeatures: [FeatureID: String] = [:]
    /// Of this process's part of the run.
    package var seconds = 0.0
    package var calls = 0
    package var spent = Picodollars.zero
    /// The part of ``spent`` that was charged at the full hold because the real price is not known.
    package var spentUnknown = Picodollars.zero
    /// What is set aside for calls whose end is not on record; a resume charges it, unless the run is still on.
    package var held = Picodollars.zero
    package var cap: Picodollars?
    /// Landed before this process took the run up.
    private var landedBefore = 0
    /// Public branches with at least one commit, without `refs/heads/`.
    package var branches: [String] = []
    package var pullRequests: [String] = []
    /// Why the run stopped before its end; nil when it did not.
    package var stopReason: String?
    /// All reasons, where several things stopped it; empty when nothing did.
    package var stopReasons: [String] = []
    /// Whether it stopped because a service is not there.
    package var isServiceLost = false

    /// Counts what the ledger says; `seconds` is how long this process worked on it, `landedBefore` what earlier ones landed.
    package init(run: RunID, record: RunRecord, seconds: Double, cap: Picodollars?, landedBefore: Int = 0) {
        self.run = run
        self.seconds = seconds
        self.cap = cap
        self.landedBefore = landedBefore
        featuresTotal = record.batches.reduce(0) { $0 + $1.plan.features.count }
        for batch in record.batches {
            for id in batch.plan.features { count(record.features[id], id) }
        }
        featuresOpen = featuresTotal - featuresLanded - featuresAlreadyDone - featuresFailed
        calls = record.calls
        spent = record.spent
        spentUnknown = record.unknownSpent
        held = record.held
        branches = record.batches.filter { !$0.landedOrder.isEmpty }.map(\.branch)
        pullRequests = record.batches.compactMap { $0.pullRequest?.path }
        stopReason = featuresOpen > 0 ? record.stopReason ?? "the run was interrupted" : nil
        stopReasons = featuresOpen > 0 ? record.stopReasons : []
    }

    private mutating func count(_ feature: RunRecord.FeatureRecord?, _ id: FeatureID) {
        switch feature?.outcome?.outcome {
        case .landed: featuresLanded += 1
        case .alreadyDone: featuresAlreadyDone += 1
        case .failed, .skipped:
            featuresFailed += 1
            let kind = feature?.outcome?.failure?.kind ?? "unknown"
            failures[kind, default: 0] += 1
            failedFeatures[id] = feature?.outcome?.failure?.summary ?? ""
        case nil: break
        }
    }

    package var featuresPerSecond: Double {
        seconds > 0 ? Double(featuresLanded - landedBefore) / seconds : 0
    }

    /// 0 when everything landed, 1 when features failed; 75 or, without a service, 69 when the run can be resumed.
    package var exitCode: Int32 {
        featuresOpen > 0 ? isServiceLost ? 69 : 75 : featuresFailed > 0 ? 1 : 0
    }

    /// The summary as one JSON object of type `summary`.
    package var value: Value {
        [
            "type": "summary", "version": 1, "run": .string(run.rawValue),
            "features_total": Value(featuresTotal), "features_landed": Value(featuresLanded),
            "features_already_done": Value(featuresAlreadyDone), "features_failed": Value(featuresFailed),
            "features_open": Value(featuresOpen), "failures": .map(failures.mapValues { Value($0) }),
            "failed_features": .map(
                Dictionary(uniqueKeysWithValues: failedFeatures.map { ($0.key.rawValue, Value.string($0.value)) })),
            "seconds": .number(seconds), "features_per_second": .number(featuresPerSecond), "calls": Value(calls),
            "spent_usd": .string(spent.decimalString), "spent_unknown_usd": .string(spentUnknown.decimalString),
            "held_usd": .string(held.decimalString),
            "cap_usd": Value(cap?.decimalString), "branches": Value(branches), "pull_requests": Value(pullRequests),
            "stop_reason": Value(stopReason), "stop_reasons": Value(stopReasons), "exit": .integer(Int64(exitCode)),
        ]
    }
}
