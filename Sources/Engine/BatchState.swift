import Landing
import Ledger
import Plans
import PolicyContract
import Vocabulary
import Workspaces

/// Where a batch stands: its tip, its features' work, and what ended.
struct BatchState: Sendable {
    var result: BatchResult
    var works: [FeatureID: FeatureWork]
    /// Features whose candidates wait to be landed.
    var ready: [FeatureID] = []
    var testedFolds = 0
    var redFolds = 0

    /// A batch that nothing is known of yet.
    init(batch: BatchID, base: ObjectID, features: [Feature]) {
        result = BatchResult(batch: batch, tip: base)
        works = Dictionary(features.map { ($0.id, FeatureWork(feature: $0)) }, uniquingKeysWith: { first, _ in first })
    }

    /// The share of folds that were red so far.
    var failureEstimate: Double {
        testedFolds == 0 ? 0 : Double(redFolds) / Double(testedFolds)
    }
}

extension BatchState {
    /// Takes up what the ledger says of the batch; `tip` is the branch's now, after ``BranchReconciliation``.
    mutating func restore(
        _ batch: RunRecord.BatchRecord, in record: RunRecord, tip: ObjectID, services: RunServices
    ) async throws {
        result.tip = tip
        result.landed = batch.landedOrder
        for (id, work) in works {
            guard let known = record.features[id] else { continue }
            if let outcome = known.outcome {
                take(outcome, of: id)
                works[id]?.judgements = known.judgements.map { $0.withCommand(of: work.feature) }
                works[id]?.recall(
                    attempts: known.attempts.values.max() ?? 0, provenTests: known.provenTests)
                if let commit = known.landed.flatMap({ ObjectID(hex: $0.commit) }) { result.commits[id] = commit }
                continue
            }
            guard known.base != nil else { continue }
            works[id] = try await FeatureWork(restoring: work.feature, from: known, services: services)
            if works[id]?.candidate != nil { ready.append(id) }
        }
        ready.sort()
    }

    private mutating func take(_ done: RunEvent.FeatureDone, of id: FeatureID) {
        switch done.outcome {
        case .landed: break
        case .alreadyDone: result.alreadyDone.insert(id)
        case .failed, .skipped:
            result.failures[id] = done.failure?.failure ?? Failure(kind: .internalError, summary: "unknown")
        }
    }
}
