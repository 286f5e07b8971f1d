import Foundation
import Ledger
import Plans
import PolicyContract
import Vocabulary
import Workspaces

/// Writes the text of a batch's pull request to a file of the run.
struct PullRequestWriter: Sendable {
    let services: RunServices
    let journal: Journal

    /// Asks policy `pull_request` and writes `<run directory>/<batch>.md`: the title as a heading, then the body.
    ///
    /// Nothing is written for a batch on which nothing landed, or when the run was told not to.
    func write(
        _ batch: RunRecord.BatchRecord, base: ObjectID, result: BatchResult, features: [Feature]
    ) async throws {
        guard services.settings.writesPullRequests, !result.landed.isEmpty else { return }
        let record = RunRecord(try await services.ledger.events(of: services.run))
        let context = context(batch, base: base, result: result, features: features, record: record)
        guard let text = try await text(for: context) else { return }
        let path = "\(services.runDirectory)/\(RefNames.component(batch.plan.name.rawValue)).md"
        try FileManager.default.createDirectory(
            atPath: services.runDirectory, withIntermediateDirectories: true)
        try Data("# \(text.title)\n\n\(text.body)\n".utf8).write(to: URL(fileURLWithPath: path), options: .atomic)
        try await journal.record(
            .pullRequestWritten(RunEvent.PullRequestWritten(path: path, title: text.title)))
    }

    /// What policy `pull_request` says; nil after a failure that does not stop the run.
    private func text(for context: PullRequestContext) async throws -> PullRequestText? {
        do {
            return try await services.policies.pullRequest(context)
        } catch {
            if error.stopsRun { throw error }
            journal.post(.notice(RunEvent.Notice(level: .warning, message: error.description)))
            return nil
        }
    }

    private func context(
        _ batch: RunRecord.BatchRecord, base: ObjectID, result: BatchResult, features: [Feature], record: RunRecord
    ) -> PullRequestContext {
        let byID = Dictionary(features.map { ($0.id, $0) }, uniquingKeysWith: { first, _ in first })
        let landed = result.landed.compactMap { id -> PullRequestContext.Landed? in
            guard let feature = byID[id], let known = record.features[id] else { return nil }
            return PullRequestContext.Landed(
                feature: feature, commit: known.landed?.commit ?? "", attempts: known.attempts.values.reduce(0, +),
                cost: known.spent, provenTests: known.provenTests)
        }
        let failed = result.failures.sorted { $0.key < $1.key }.compactMap { id, failure in
            byID[id].map { feature in
                PullRequestContext.Failed(
                    feature: feature, failure: failure,
                    attempts: record.features[id]?.attempts.values.reduce(0, +) ?? 0,
                    cost: record.features[id]?.spent ?? .zero)
            }
        }
        let stackedOn = batch.plan.after.last { id in
            record.batches.contains { $0.plan.name == id && !$0.landedOrder.isEmpty }
        }
        return PullRequestContext(
            run: services.run, batch: batch.plan.name, branch: batch.branch,
            base: stackedOn.map { RefNames.branch(run: services.run, batch: $0) }
                ?? record.started?.baseName ?? base.description,
            landed: landed, failed: failed,
            cost: (landed.map(\.cost) + failed.map(\.cost)).reduce(.zero, +))
    }
}
