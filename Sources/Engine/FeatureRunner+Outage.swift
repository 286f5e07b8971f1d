import Ledger
import Plans
import PolicyContract
import Vocabulary

extension FeatureRunner {
    /// No policy can have a server that answers nobody tried more often; guards against a `retry` without delay or end.
    private static let outageCeiling = 200

    /// Waits for a model server that answers nobody, as policy `retry` says to one feature for all.
    ///
    /// Nothing is recorded as long as it is waited: the attempt is still open, also for a resume.
    /// - Returns: nil when the attempt is to go on where it was.
    /// - Throws: ``Suspension`` when the policy puts the batch on hold: without the server, no batch can go on.
    func sitOut(
        _ failure: Failure, _ stage: StagePlan, _ attempt: Int, _ work: inout FeatureWork
    ) async throws -> FeatureMachine.Action? {
        try await services.untilServerMayBeAsked(by: work.feature.id)
        guard let outage = services.server.triedInVain() else { return nil }
        // A policy that does not know of outages sees attempts that get on.
        var context = retryContext(stage.name, attempt + outage.tries - 1, failure, work)
        context.failures[failure.kind, default: 0] += 1
        context.outage = outage
        let decision =
            outage.tries < Self.outageCeiling ? try await decide(context) : RetryDecision(action: .holdBatch)
        switch decision.action {
        case .retry, .escalate:
            work.suggestedModel = decision.model
            work.suggestedWorker = decision.worker
            services.server.tell(waiting: decision.delay)
            if let delay = decision.delay { try await services.pause(delay) }
            return nil
        case .holdBatch:
            let reason = services.server.problem ?? failure.summary
            services.control.drain(reason, isServiceLost: true)
            throw Suspension(reason: reason)
        case .split, .skip, .giveUp:
            _ = try await failed(failure, &work, stage: stage.name, attempt)
            record(decision, stage.name, attempt)
            return work.machine?.decided(decision) ?? .end(.failed(failure))
        }
    }
}

extension Failure {
    /// Whether a model server that answers nobody can be behind it.
    var mayBeOutage: Bool {
        kind == .serverError || kind == .timeout
    }
}
