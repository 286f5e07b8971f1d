package import Ledger
import Plans
package import PolicyContract
package import Verification
package import Vocabulary

/// What the ledger says of a run: a fold of its events, and all that a resume starts from.
package struct RunRecord: Sendable {
    /// Where one feature stands.
    package struct FeatureRecord: Equatable, Sendable {
        package var batch: BatchID?
        package var outcome: RunEvent.FeatureDone?
        /// Attempts started by stage name.
        package var attempts: [String: Int] = [:]
        /// Stages whose gate held, in order, with the tree that each left.
        package var passedStages: [PassedStage] = []
        /// The attempt that was cut off, if the last thing known is that one started.
        package var openStage: String?
        /// The failure that the last attempt ended with, if nothing was started since.
        package var openFailure: Failure?
        package var lastFailure: Failure?
        /// How often it failed in each way.
        package var failures: [Failure.Kind: Int] = [:]
        package var lastDecision: RunEvent.RetryDecided?
        /// The commit that the work is based on.
        package var base: String?
        package var judgements: [Judgement] = []
        package var provenTests = 0
        package var candidate: RunEvent.CandidateMade?
        package var candidateAttempt = 1
        package var landed: RunEvent.Landed?
        package var worker = "chat"
        package var model: String?
        package var spent = Picodollars.zero

        package var isDone: Bool {
            outcome?.outcome == .landed || outcome?.outcome == .alreadyDone
        }
    }

    /// A stage whose gate held.
    package struct PassedStage: Equatable, Sendable {
        package var name: String
        package var tree: String?
    }

    /// Where one batch stands.
    package struct BatchRecord: Equatable, Sendable {
        package var plan: BatchPlan
        package var branch: String
        package var base: String?
        package var finished: RunEvent.BatchFinished?
        package var pullRequest: RunEvent.PullRequestWritten?
        /// Green folds on the tip as it is on record; the branch may have been moved to one of them.
        package var greenFolds: [RunEvent.FoldTested] = []
        /// Tests that failed and passed on one tree, by how often.
        package var flakyTests: [String: Int] = [:]
        package var landedOrder: [FeatureID] = []
        /// Where the last recorded landing left the branch; nil while nothing landed.
        package var recordedTip: String?
    }

    package var started: RunEvent.RunStarted?
    package var startTime: Int64 = 0
    package var lastTime: Int64 = 0
    package var finished: RunEvent.RunFinished?
    package var settings: Value = [:]
    package var stopReason: String?
    /// All reasons of the run's present part, each once, in the order in which they came.
    package var stopReasons: [String] = []
    package var features: [FeatureID: FeatureRecord] = [:]
    /// In the order in which they were planned.
    package var batches: [BatchRecord] = []
    /// What the batches are together, as tested last.
    package var integration: RunEvent.IntegrationTested?
    package var calls = 0
    package var spent = Picodollars.zero
    package var unknownSpent = Picodollars.zero
    private var openCalls: [String: Picodollars] = [:]

    /// - Parameter events: All events of one run, in order.
    package init(_ events: [RunEvent]) {
        for event in events { apply(event) }
    }

    /// Reads the events that a record is made of; decisions of policies and notices are left where they are.
    ///
    /// - Throws: ``LedgerError``.
    package static func read(_ run: RunID, from ledger: Ledger) async throws(LedgerError) -> RunRecord {
        let unused: Set<RunEvent.Kind> = [.policyDecided, .notice, .featureStarted, .landingRefused]
        return RunRecord(
            try await ledger.events(of: run, kinds: Set(RunEvent.Kind.allCases).subtracting(unused)))
    }

    /// What is set aside for calls that were never settled.
    package var held: Picodollars {
        openCalls.values.reduce(.zero, +)
    }

    /// Takes one more event in.
    package mutating func apply(_ event: RunEvent) {
        if startTime == 0 { startTime = event.time }
        lastTime = event.time
        switch event.body {
        case .runStarted(let body):
            started = body
            settings = body.settings
        case .runResumed(let body):
            settings = body.settings
            finished = nil
            stopReason = nil
            stopReasons = []
        case .runFinished(let body): finished = body
        case .stopped(let body):
            stopReason = body.reason
            if !stopReasons.contains(body.reason) { stopReasons.append(body.reason) }
        case .callReserved(let body):
            calls += 1
            openCalls[body.call] = body.amount
        case .callSettled(let body): settle(body, feature: event.feature)
        case .batchPlanned, .batchStarted, .batchFinished, .pullRequestWritten, .foldTested, .flakyTests:
            applyToBatch(event)
        case .integrationTested(let body): integration = body
        default: applyToFeature(event)
        }
    }

    private mutating func settle(_ body: RunEvent.CallSettled, feature: FeatureID?) {
        openCalls[body.call] = nil
        spent += body.amount
        if body.isUnknown { unknownSpent += body.amount }
        if let feature { features[feature, default: FeatureRecord()].spent += body.amount }
    }

    private mutating func applyToBatch(_ event: RunEvent) {
        guard let id = event.batch else { return }
        if case .batchPlanned(let body) = event.body {
            let plan = BatchPlan(name: id, features: body.features, maxParallel: body.maxParallel, after: body.after)
            batches.removeAll { $0.plan.name == id }
            batches.append(BatchRecord(plan: plan, branch: body.branch))
            for feature in body.features { features[feature, default: FeatureRecord()].batch = id }
        }
        guard let index = batches.firstIndex(where: { $0.plan.name == id }) else { return }
        switch event.body {
        case .batchStarted(let body): batches[index].base = body.base
        case .batchFinished(let body): batches[index].finished = body
        case .pullRequestWritten(let body): batches[index].pullRequest = body
        case .foldTested(let body) where body.isGreen: batches[index].greenFolds.append(body)
        case .flakyTests(let body):
            for test in body.tests { batches[index].flakyTests[test, default: 0] += 1 }
        default: break
        }
    }

    private mutating func applyToFeature(_ event: RunEvent) {
        guard let id = event.feature else { return }
        features[id, default: FeatureRecord()].apply(event)
        if case .landed(let body) = event.body,
            let index = batches.firstIndex(where: { $0.plan.name == event.batch })
        {
            batches[index].landedOrder.append(id)
            batches[index].recordedTip = body.newTip
            batches[index].greenFolds = []
        }
    }
}

extension RunRecord.FeatureRecord {
    fileprivate mutating func apply(_ event: RunEvent) {
        switch event.body {
        case .testsLocked(let body):
            let target = TestTarget(feature: event.feature ?? "", file: body.file, ids: body.ids)
            judgements = [Judgement(toolchain: ToolchainName(rawValue: body.toolchain), target: target)]
        case .testsRun(let body) where body.purpose == .red: provenTests = body.failed
        case .attemptStarted(let body):
            guard let stage = event.stage, let attempt = event.attempt else { return }
            attempts[stage] = max(attempts[stage] ?? 0, attempt)
            openStage = stage
            openFailure = nil
            forget(from: stage)
            base = body.base
            worker = body.worker
            model = body.model
        case .stageFinished(let body):
            guard let stage = event.stage, body.passed else { return }
            forget(from: stage)
            passedStages.append(RunRecord.PassedStage(name: stage, tree: body.tree))
            openStage = nil
        case .attemptFailed(let body):
            openStage = nil
            openFailure = body.failure.failure
            lastFailure = body.failure.failure
            failures[body.failure.failure.kind, default: 0] += 1
            lastDecision = nil
            candidate = nil
            if let stage = event.stage { forget(from: stage) }
        case .retryDecided(let body): lastDecision = body
        case .candidateMade(let body):
            candidate = body
            candidateAttempt = event.attempt ?? 1
            openStage = nil
        case .landed(let body):
            landed = body
            outcome = RunEvent.FeatureDone(outcome: .landed)
        case .featureDone(let body): outcome = body
        default: break
        }
    }

    /// Drops what passed from the stage on: it is being done again.
    private mutating func forget(from stage: String) {
        guard let index = passedStages.firstIndex(where: { $0.name == stage }) else { return }
        passedStages.removeSubrange(index...)
    }
}
