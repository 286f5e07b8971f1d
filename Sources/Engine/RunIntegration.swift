import Landing
import Ledger
import PolicyContract
import Vocabulary
import Workspaces

/// The end of a run: all finished batches are folded and tested together, and only then their pull requests are written.
struct RunIntegration: Sendable {
    let services: RunServices
    let journal: Journal

    /// Tests the finished batches as a whole, in the order of the plan, keeps the result on the run's integration ref, and
    /// writes each batch's text.
    ///
    /// `before` is what an earlier process found; what has not changed since is not tested again.
    func finish(
        _ batches: [(record: RunRecord.BatchRecord, result: BatchResult)], runBase: ObjectID,
        before: RunEvent.IntegrationTested?
    ) async throws {
        let landed = batches.filter { !$0.result.landed.isEmpty }
        guard !landed.isEmpty else { return }
        let isKnown =
            before.map { Set($0.batches).union($0.problems.keys.map(BatchID.init(rawValue:))) }
            == Set(landed.map(\.result.batch))
        let tested = if isKnown, let before { before } else { try await integrate(landed, runBase: runBase) }
        try move(to: tested)
        for (record, result) in landed {
            guard var context = result.pullRequest else { continue }
            context.integrationProblem = tested.problems[record.plan.name.rawValue]
            guard record.pullRequest == nil || !isKnown else { continue }
            try await PullRequestWriter(services: services, journal: journal.scoped(to: record.plan.name)).write(
                context)
        }
    }

    private func integrate(
        _ batches: [(record: RunRecord.BatchRecord, result: BatchResult)], runBase: ObjectID
    ) async throws -> RunEvent.IntegrationTested {
        let members = batches.map { record, result in
            IntegrationMember(
                batch: record.plan.name, base: result.base, tip: result.tip, after: record.plan.after,
                judgements: result.judgements)
        }
        let decision = try await services.policies.landing(
            LandingContext(
                batch: members[0].batch, candidates: [], landedCount: 0, failureEstimate: FailureEstimate().rate,
                testSlots: services.settings.testSlots))
        let integration = try await Integrator(
            repository: services.repository, bench: services.bench, author: services.author
        ).integrate(
            members, onto: runBase, fullSuite: decision.fullSuite,
            keepsAllLines: decision.keepsAllLines, testSlots: services.settings.testSlots)
        let tested = RunEvent.IntegrationTested(
            tip: integration.tip.description, tree: integration.tree.description, batches: integration.batches,
            problems: Dictionary(uniqueKeysWithValues: integration.problems.map { ($0.key.rawValue, $0.value) }))
        try await journal.record(.integrationTested(tested))
        return tested
    }

    private func move(to tested: RunEvent.IntegrationTested) throws {
        let name = RefNames.integration(run: services.run)
        let old = try services.repository.reference(name)
        guard let new = ObjectID(hex: tested.tip), old != new else { return }
        try services.repository.update([ReferenceUpdate(name: name, new: new, old: old)])
    }
}
