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
    func write(_ context: PullRequestContext) async throws {
        guard services.settings.writesPullRequests, !context.landed.isEmpty else { return }
        guard let text = try await text(for: context) else { return }
        let path = "\(services.runDirectory)/\(RefNames.component(context.batch.rawValue)).md"
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

    /// What the policy gets of a batch, but for what the other batches have to do with it.
    func context(_ batch: RunRecord.BatchRecord, baseName: String, state: BatchState) -> PullRequestContext {
        let landed = state.result.landed.compactMap { id -> PullRequestContext.Landed? in
            guard let work = state.works[id] else { return nil }
            return PullRequestContext.Landed(
                feature: work.feature, commit: state.result.commits[id]?.description ?? "",
                attempts: work.attempts, cost: services.spent(on: id), provenTests: work.provenTests)
        }
        let failed = state.result.failures.sorted { $0.key < $1.key }.compactMap { id, failure in
            state.works[id].map { work in
                PullRequestContext.Failed(
                    feature: work.feature, failure: failure, attempts: work.attempts, cost: services.spent(on: id))
            }
        }
        return PullRequestContext(
            run: services.run, batch: batch.plan.name, branch: batch.branch, base: stackBase(of: batch) ?? baseName,
            landed: landed, failed: failed, cost: (landed.map(\.cost) + failed.map(\.cost)).reduce(.zero, +))
    }

    /// The branch of the batch that this one is stacked on; nil when it stands on the run's base.
    private func stackBase(of batch: RunRecord.BatchRecord) -> String? {
        batch.plan.after.map { RefNames.branch(run: services.run, batch: $0) }.last { branch in
            (try? services.repository.reference(RefNames.fullBranch(branch))) ?? nil != nil
        }
    }
}
