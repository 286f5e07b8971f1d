import Landing
import Ledger
import Plans
import PolicyContract
import Verification
import Vocabulary
import Workspaces

/// How a batch ended, or where it was stopped.
struct BatchResult: Sendable {
    var batch: BatchID
    /// What the batch stands on.
    let base: ObjectID
    var tip: ObjectID
    var landed: [FeatureID] = []
    /// The commit of each landed feature.
    var commits: [FeatureID: ObjectID] = [:]
    var alreadyDone: Set<FeatureID> = []
    var failures: [FeatureID: Failure] = [:]
    /// The tests of what landed.
    var judgements: [Judgement] = []
    /// What the batch's pull request is made of; nil until the batch ended.
    var pullRequest: PullRequestContext?
    /// Features that a resume takes up again, with the reason of one of them.
    var suspended: Set<FeatureID> = []
    var suspensionReason: String?

    /// Each feature of the batch by whether later batches can build on it; suspended ones are absent.
    var reach: [FeatureID: Bool] {
        var reach: [FeatureID: Bool] = [:]
        for id in landed { reach[id] = true }
        for id in alreadyDone { reach[id] = true }
        for id in failures.keys { reach[id] = false }
        return reach
    }
}

/// Performs what ``BatchMachine`` decides: features work side by side, ready candidates land one fold at a time.
struct BatchRunner: Sendable {
    private enum Report: Sendable {
        case worked(FeatureWork, WorkResult)
        case landed([FeatureID], LandingReport)
    }

    let services: RunServices
    let plan: BatchPlan
    let branch: String
    let features: [Feature]

    private var journal: Journal {
        services.journal.scoped(to: plan.name)
    }

    /// Runs the batch to its end, or until nothing new may start.
    ///
    /// A new batch has a state of its base and nothing else; `elsewhere` are the features of ended batches by whether they
    /// landed.
    func run(from state: BatchState, elsewhere: [FeatureID: Bool]) async throws -> BatchState {
        var state = state
        var machine = BatchMachine(
            features: features, width: plan.maxParallel ?? services.settings.maxParallelFeatures, elsewhere: elsewhere,
            landed: Set(state.result.landed).union(state.result.alreadyDone),
            failed: Set(state.result.failures.keys), ready: state.ready)
        try await withThrowingTaskGroup(of: Report.self) { group in
            var isFinished = false
            while !isFinished {
                if services.control.isDraining { machine.drain() }
                for action in machine.advance() {
                    switch action {
                    case .work(let id): start(id, state, &group)
                    case .land(let ids): land(ids, state, &group)
                    case .skip(let id, let failure): try await end(id, .skipped, failure, &state)
                    case .finish: isFinished = true
                    }
                }
                guard !isFinished, let report = try await group.next() else { break }
                switch report {
                case .worked(let work, let result): try await take(work, result, &machine, &state)
                case .landed(let ids, let landing): try await take(landing, of: ids, &machine, &state)
                }
            }
        }
        state.result.judgements = state.landedJudgements
        let ended = Set(state.result.reach.keys)
        state.result.suspended = Set(features.map(\.id)).subtracting(ended)
        return state
    }

    // MARK: Starting

    private func start(_ id: FeatureID, _ state: BatchState, _ group: inout ThrowingTaskGroup<Report, any Error>) {
        guard let work = state.works[id] else { return }
        let tip = state.result.tip
        let runner = FeatureRunner(services: services, batch: plan.name, feature: id)
        group.addTask {
            var work = work
            let result = try await runner.perform(&work, tip: tip)
            return .worked(work, result)
        }
    }

    private func land(
        _ ids: [FeatureID], _ state: BatchState, _ group: inout ThrowingTaskGroup<Report, any Error>
    ) {
        let candidates = ids.compactMap { state.works[$0]?.candidate }
        let slots = services.settings.testSlots
        let context = LandingContext(
            batch: plan.name, candidates: ids, landedCount: state.result.landed.count,
            failureEstimate: state.estimate.rate, testSlots: slots)
        let landed = state.landedJudgements
        let tip = state.result.tip
        let isTipProven = state.isTipProven
        let branchExists = !state.result.landed.isEmpty
        group.addTask { [self] in
            let decision = try await services.policies.landing(context)
            let fold = Self.ordered(candidates, by: decision.order).prefix(max(1, decision.foldSize ?? ids.count))
            let request = LandingRequest(
                branch: RefNames.fullBranch(branch), tip: tip, branchExists: branchExists, isTipProven: isTipProven,
                candidates: Array(fold), landed: landed, fullSuite: decision.fullSuite,
                keepsAllLines: decision.keepsAllLines, testSlots: slots)
            let report = try await services.lander.land(request) { step in try await record(step) }
            return .landed(ids, report)
        }
    }

    private static func ordered(_ candidates: [Candidate], by order: [FeatureID]?) -> [Candidate] {
        guard let order else { return candidates }
        let rank = Dictionary(order.enumerated().map { ($1, $0) }, uniquingKeysWith: { first, _ in first })
        return candidates.enumerated().sorted {
            (rank[$0.element.feature] ?? .max, $0.offset) < (rank[$1.element.feature] ?? .max, $1.offset)
        }.map(\.element)
    }

    private func record(_ step: LandingStep) async throws {
        switch step {
        case .baseTested(let run): journal.post(.testsRun(RunEvent.TestsRun(purpose: .base, run: run)))
        case .flaky(let tests, let tree):
            let names = tests.map { $0.file.isEmpty ? $0.id : "\($0.file) \($0.id)" }
            journal.post(.flakyTests(RunEvent.FlakyTests(tests: names, tree: tree.description)))
        case .foldTested(let fold, let run):
            journal.post(.testsRun(RunEvent.TestsRun(purpose: .landing, run: run)))
            journal.post(
                .foldTested(
                    RunEvent.FoldTested(
                        tip: fold.tip.description, tree: fold.tree.description, oldTip: fold.oldTip.description,
                        features: fold.entries.map(\.feature), commits: fold.entries.map(\.commit.description),
                        isGreen: run.isGreen)))
        case .branchMoving:
            // The green fold is on record before the branch is what it says.
            try await services.ledger.flush()
        case .branchMoved(let fold):
            try await journal.recordLanding(
                fold.entries.map { entry in
                    let landed = RunEvent.Landed(
                        commit: entry.commit.description, tree: fold.tree.description,
                        oldTip: fold.oldTip.description, newTip: fold.tip.description)
                    return (entry.feature, landed)
                })
        }
    }

    // MARK: Taking results

    private func take(
        _ work: FeatureWork, _ result: WorkResult, _ machine: inout BatchMachine, _ state: inout BatchState
    ) async throws {
        let id = work.feature.id
        state.works[id] = work
        switch result {
        case .candidate:
            if services.settings.commitsAutomatically {
                machine.workEnded(id, .candidate)
            } else {
                state.result.suspensionReason =
                    "candidates are kept on refs/moonshift/\(services.run)/feature/… (--no-auto-commit)"
                machine.workEnded(id, .suspended)
            }
        case .alreadyDone:
            machine.workEnded(id, .alreadyDone)
            state.result.alreadyDone.insert(id)
            try await journal.record(.featureDone(RunEvent.FeatureDone(outcome: .alreadyDone)), feature: id)
        case .failed(let failure):
            machine.workEnded(id, .failed)
            try await end(id, .failed, failure, &state)
        case .skipped(let failure):
            machine.workEnded(id, .skipped)
            try await end(id, .skipped, failure, &state)
        case .held(let failure):
            machine.workEnded(id, .held)
            state.result.suspensionReason = "batch \(plan.name) is on hold: \(failure.summary)"
        case .suspended(let reason):
            machine.workEnded(id, .suspended)
            state.result.suspensionReason = reason
        }
    }

    private func take(
        _ report: LandingReport, of ids: [FeatureID], _ machine: inout BatchMachine, _ state: inout BatchState
    ) async throws {
        state.result.tip = report.tip
        state.result.landed += report.landed.map(\.feature)
        for entry in report.landed { state.result.commits[entry.feature] = entry.commit }
        state.learn(from: report)
        if let problem = report.redBase {
            // Nothing can land here, and more work would only be paid for.
            state.result.suspensionReason = "batch \(plan.name) is on hold, what it stands on is red: \(problem)"
            machine.hold()
        }
        for (id, failure) in report.returned.sorted(by: { $0.key < $1.key }) {
            let stage = state.works[id]?.machine?.currentStage.name
            let attempt = state.works[id]?.machine?.currentAttempt
            journal.post(
                .landingRefused(RunEvent.LandingRefused(reason: failure.summary)), feature: id, stage: stage,
                attempt: attempt)
            journal.post(
                .attemptFailed(RunEvent.AttemptFailed(failure: RunEvent.FailureNote(failure))), feature: id,
                stage: stage, attempt: attempt)
            state.works[id]?.lastFailure = failure
            state.works[id]?.failures[failure.kind, default: 0] += 1
            state.works[id]?.candidate = nil
        }
        let landed = report.landed.map(\.feature)
        machine.landingEnded(
            landed: landed, returned: ids.filter { report.returned[$0] != nil },
            kept: ids.filter { report.returned[$0] == nil && !landed.contains($0) })
    }

    private func end(
        _ id: FeatureID, _ outcome: RunEvent.FeatureOutcome, _ failure: Failure, _ state: inout BatchState
    ) async throws {
        state.result.failures[id] = failure
        let note = RunEvent.FailureNote(failure)
        try await journal.record(.featureDone(RunEvent.FeatureDone(outcome: outcome, failure: note)), feature: id)
    }
}
