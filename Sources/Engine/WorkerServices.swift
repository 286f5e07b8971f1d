import Ledger
import Metering
import ModelAPI
import PolicyContract
import Synchronization
import Verification
import Vocabulary
import Workers
import Workspaces

/// The model of one stage attempt: every call is charged to it and recorded for it.
struct MeteredModel: ModelCalling {
    let client: ModelClient
    let attribution: Attribution
    let answers: AttemptAnswers

    func complete(_ request: ChatRequest, turn: Int) async throws(ModelCallError) -> ChatAnswer {
        if let answer = answers[turn] { return answer }
        var attribution = attribution
        attribution.turn = turn
        let answer = try await client.complete(request, attribution)
        answers[turn] = answer
        return answer
    }
}

/// The answers of one attempt so far, by turn: an attempt that an outage cut off goes on with them and pays none again.
final class AttemptAnswers: Sendable {
    private let answers = Mutex<[Int: ChatAnswer]>([:])

    subscript(turn: Int) -> ChatAnswer? {
        get { answers.withLock { $0[turn] } }
        set { answers.withLock { $0[turn] = newValue } }
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
