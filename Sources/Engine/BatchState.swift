import Landing
import Ledger
import Plans
import PolicyContract
import Verification
import Vocabulary
import Workspaces

/// Where a batch stands: its tip, its features' work, and what ended.
struct BatchState: Sendable {
    var result: BatchResult
    var works: [FeatureID: FeatureWork]
    /// Features whose candidates wait to be landed.
    var ready: [FeatureID] = []
    /// How likely one more candidate breaks what it is folded onto.
    var estimate = FailureEstimate()
    /// Candidates that were found to break the tip, one after the other with none that landed between: two of them make the
    /// tip doubtful.
    var culpritsInARow = 0

    /// A batch that nothing is known of yet.
    init(batch: BatchID, base: ObjectID, features: [Feature]) {
        result = BatchResult(batch: batch, base: base, tip: base)
        works = Dictionary(features.map { ($0.id, FeatureWork(feature: $0)) }, uniquingKeysWith: { first, _ in first })
    }

    /// Whether the tip passes all that is asked of it, as far as is known.
    var isTipProven: Bool {
        !result.landed.isEmpty && culpritsInARow < 2
    }

    /// The tests of everything that landed.
    var landedJudgements: [Judgement] {
        result.landed.flatMap { works[$0]?.judgements ?? [] }
    }

    /// Takes in what a landing showed of how well candidates fit.
    mutating func learn(from report: LandingReport) {
        let broken = report.returned.values.count { $0.kind == .landingRed }
        estimate.add(landed: report.landed.count, broken: broken)
        if !report.landed.isEmpty { culpritsInARow = 0 }
        culpritsInARow += broken
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
        let broken = batch.plan.features.reduce(0) { $0 + (record.features[$1]?.failures[.landingRed] ?? 0) }
        estimate.add(landed: result.landed.count, broken: broken)
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
