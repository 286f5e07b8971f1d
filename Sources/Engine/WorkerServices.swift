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
    let lockedFiles: [String: FileChange]

    init(services: RunServices, journal: Journal, base: ObjectID, work: FeatureWork) {
        self.services = services
        self.journal = journal
        self.base = base
        self.judgements = work.judgements
        let locked = Set(work.judgements.map(\.target.file))
        self.lockedFiles = work.changes.filter { locked.contains($0.key) }
    }

    func runTests(_ changes: [String: FileChange]) async throws -> TestRunReport {
        let run = try await services.bench.run(
            judgements, base: base, changes: changes.merging(lockedFiles) { $1 })
        journal.post(.testsRun(RunEvent.TestsRun(purpose: .worker, run: run)))
        return TestRunReport(isGreen: run.isGreen, text: run.report, results: run.results)
    }
}
