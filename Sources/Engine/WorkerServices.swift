import Ledger
import Metering
import ModelAPI
import PolicyContract
import Verification
import Vocabulary
import Workers
import Workspaces

/// The model of one stage attempt: every call is charged to it and recorded for it.
struct MeteredModel: ModelCalling {
    let client: ModelClient
    let attribution: Attribution

    func complete(_ request: ChatRequest, turn: Int) async throws(ModelCallError) -> ChatAnswer {
        var attribution = attribution
        attribution.turn = turn
        return try await client.complete(request, attribution)
    }
}

/// The feature's locked tests as a worker may run them: the same call that verifies the change later.
struct LockedTests: TestRunning {
    let services: RunServices
    let journal: Journal
    let base: ObjectID
    let judgements: [Judgement]
    let lock: TestLock?

    init(services: RunServices, journal: Journal, base: ObjectID, work: FeatureWork) {
        self.services = services
        self.journal = journal
        self.base = base
        self.judgements = work.judgements
        self.lock = work.lock
    }

    func runTests(_ changes: [String: FileChange]) async throws -> TestRunReport {
        let judged = try lock?.restored(changes, base: base, in: services.repository) ?? changes
        let run = try await services.bench.run(judgements, base: base, changes: judged)
        journal.post(.testsRun(RunEvent.TestsRun(purpose: .worker, run: run)))
        return TestRunReport(isGreen: run.isGreen, text: run.report, results: run.results)
    }
}
