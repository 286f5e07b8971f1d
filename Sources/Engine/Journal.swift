package import Ledger
package import PolicyContract
package import Vocabulary

/// Writes a run's events to the ledger, with the identities of who is at work.
package struct Journal: Sendable {
    private let ledger: Ledger
    private let run: RunID
    package private(set) var batch: BatchID?
    package private(set) var feature: FeatureID?

    package init(ledger: Ledger, run: RunID) {
        self.ledger = ledger
        self.run = run
    }

    package func scoped(to batch: BatchID, feature: FeatureID? = nil) -> Journal {
        var journal = self
        journal.batch = batch
        journal.feature = feature
        return journal
    }

    /// Appends an event and returns once it is durable.
    package func record(
        _ body: RunEvent.Body, feature: FeatureID? = nil, stage: String? = nil, attempt: Int? = nil
    ) async throws {
        try await ledger.append([event(body, feature: feature, stage: stage, attempt: attempt)])
    }

    /// Writes down in one transaction what a run is made of, so that a run that is on record can always go on.
    package func recordStart(
        _ started: RunEvent.RunStarted, batches: [(batch: BatchID, planned: RunEvent.BatchPlanned)]
    ) async throws {
        let planned = batches.map { batch, planned in
            scoped(to: batch).event(.batchPlanned(planned), feature: nil, stage: nil, attempt: nil)
        }
        try await ledger.append([event(.runStarted(started), feature: nil, stage: nil, attempt: nil)] + planned)
    }

    /// Writes down in one transaction that the features landed and so have their outcome.
    package func recordLanding(_ landings: [(feature: FeatureID, landed: RunEvent.Landed)]) async throws {
        try await ledger.append(
            landings.flatMap { feature, landed in
                let done = RunEvent.FeatureDone(outcome: .landed)
                return [RunEvent.Body.landed(landed), .featureDone(done)].map {
                    event($0, feature: feature, stage: nil, attempt: nil)
                }
            })
    }

    /// Queues an event behind the ones before it; it is durable no later than the next recorded one.
    package func post(
        _ body: RunEvent.Body, feature: FeatureID? = nil, stage: String? = nil, attempt: Int? = nil
    ) {
        ledger.post([event(body, feature: feature, stage: stage, attempt: attempt)])
    }

    private func event(_ body: RunEvent.Body, feature: FeatureID?, stage: String?, attempt: Int?) -> RunEvent {
        RunEvent(
            run: run, batch: batch, feature: feature ?? self.feature, stage: stage, attempt: attempt, body: body)
    }
}

extension RunEvent.FailureNote {
    /// A failure as the ledger keeps it.
    package init(_ failure: Failure) {
        self.init(
            kind: failure.kind.rawValue, summary: failure.summary, outputTail: failure.outputTail,
            exitCode: failure.exitCode)
    }

    /// The failure as policies see it; an unknown kind of a newer version counts as `internal`.
    package var failure: Failure {
        Failure(
            kind: Failure.Kind(rawValue: kind) ?? .internalError, summary: summary, outputTail: outputTail,
            exitCode: exitCode)
    }
}
