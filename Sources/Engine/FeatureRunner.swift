import Landing
import Ledger
import Metering
import Plans
import PolicyContract
import Verification
import Vocabulary
import Workers
import Workspaces

/// Performs what ``FeatureMachine`` decides for one feature: locks its tests, runs its stages, makes its candidate.
struct FeatureRunner: Sendable {
    let services: RunServices
    let journal: Journal

    init(services: RunServices, batch: BatchID, feature: FeatureID) {
        self.services = services
        self.journal = services.journal.scoped(to: batch, feature: feature)
    }

    /// Works until there is a candidate or an end; `tip` is the batch's now, and the base of work that has none yet.
    ///
    /// Throws only what ends the run: a lost ledger, a policy that stops the run, cancellation.
    func perform(_ work: inout FeatureWork, tip: ObjectID) async throws -> WorkResult {
        do {
            if work.machine == nil {
                if let end = try await begin(&work, tip: tip) { return end }
            }
            return try await drive(&work, from: firstAction(of: &work, tip: tip))
        } catch let suspension as Suspension {
            return .suspended(reason: suspension.reason)
        } catch let error as PolicyError where !error.stopsRun {
            return .failed(Failure(kind: .policy, summary: error.description))
        } catch RepositoryError.pathConflict(let path) {
            // One feature's path must not stop all others.
            let summary = "\(path) would be a file and a folder at once"
            return .failed(Failure(kind: .rejected, summary: summary))
        }
    }

    private func firstAction(of work: inout FeatureWork, tip: ObjectID) async throws -> FeatureMachine.Action {
        guard var machine = work.machine else { return .end(.failed(Self.lostMachine)) }
        defer { work.machine = machine }
        guard let failure = work.lastFailure, !work.repeatsAttempt else {
            defer { work.repeatsAttempt = false }
            return machine.begin(repeatsAttempt: work.repeatsAttempt)
        }
        if work.base != tip, try await !rebase(&work, onto: tip) {
            let decision = machine.failed(failure)
            guard case .askRetry = decision else { return decision }
            let answer = try await askRetry(machine.currentStage.name, machine.currentAttempt, failure, &work)
            let next = machine.decided(answer)
            guard case .attempt = next else { return next }
            return machine.restart()
        }
        return machine.failed(failure)
    }

    private func drive(_ work: inout FeatureWork, from first: FeatureMachine.Action) async throws -> WorkResult {
        var action = first
        while true {
            try Task.checkCancellation()
            switch action {
            case .attempt(let stage, let attempt):
                action = try await runAttempt(stage, attempt, &work)
            case .askRetry(let stage, let attempt, let failure):
                let decision = try await askRetry(stage, attempt, failure, &work)
                action = work.machine?.decided(decision) ?? .end(.failed(failure))
            case .makeCandidate(let attempt):
                switch try await CandidateMaker(services: services, journal: journal).make(from: work, attempt: attempt)
                {
                case .success(let candidate):
                    work.candidate = candidate
                    return .candidate(candidate)
                case .failure(let refusal):
                    action = try await failed(refusal.failure, &work, stage: work.machine?.currentStage.name, attempt)
                }
            case .end(.failed(let failure)): return .failed(failure)
            case .end(.skipped(let failure)): return .skipped(failure)
            case .end(.held(let failure)): return .held(failure)
            }
        }
    }

    // MARK: Before the first attempt

    /// Looks at the repository, proves the tests red; returns an end when there is nothing to do or nothing that can be.
    private func begin(_ work: inout FeatureWork, tip: ObjectID) async throws -> WorkResult? {
        let base = work.base ?? tip
        work.base = base
        let tree = try services.repository.tree(of: base)
        if let problem = try PathSurvey.problem(of: work.feature, in: tree, repository: services.repository) {
            return .failed(Failure(kind: .rejected, summary: problem))
        }
        let survey = try await FeatureSurvey.make(of: work.feature, in: tree, services: services)
        work.survey = survey
        work.machine = FeatureMachine(stages: survey.stages)
        journal.post(.featureStarted)
        guard survey.toolchain != nil else {
            let failure = Failure(
                kind: .testsMissing,
                summary: """
                    no toolchain fits \(work.feature.testPath ?? work.feature.filePath); \
                    use a pack that provides one, or give the feature a test_command
                    """)
            return .failed(failure)
        }
        guard survey.hasTests else { return nil }
        work.judgements = survey.judgements
        let run = try await services.bench.check(survey.judgements, on: tree)
        journal.post(.testsRun(RunEvent.TestsRun(purpose: .red, run: run)))
        if run.isGreen { return .alreadyDone }
        work.provenTests = run.results.count - run.passedCount
        try await lockTests(of: &work, changes: [:])
        return nil
    }

    /// Freezes the tests and the runner's configuration as the base and the stages before have them.
    private func lockTests(of work: inout FeatureWork, changes: [String: FileChange]) async throws {
        guard let judgement = work.judgements.first, let base = work.base else { return }
        let repository = services.repository
        let tree = try repository.tree(try repository.tree(of: base), applying: changes)
        let globs = try await services.toolchains.protectedGlobs(judgement.toolchain, feature: work.feature)
            .map { PathGlob($0) }
        let locked = try repository.entries(in: tree).filter { entry in
            entry.path == judgement.target.file || globs.contains { $0.matches(entry.path) }
        }
        let files = Dictionary(locked.map { ($0.path, $0.id) }, uniquingKeysWith: { $1 })
        work.lock = TestLock(files: files, ids: judgement.target.ids)
        journal.post(
            .testsLocked(
                RunEvent.TestsLocked(
                    toolchain: judgement.toolchain.rawValue, file: judgement.target.file, ids: judgement.target.ids,
                    files: files.mapValues(\.description))))
    }

    // MARK: An attempt

    private func runAttempt(
        _ stage: StagePlan, _ attempt: Int, _ work: inout FeatureWork
    ) async throws -> FeatureMachine.Action {
        work.answers = AttemptAnswers()
        defer { services.server.leave(work.feature.id) }
        while true {
            if let reason = services.control.drainReason { throw Suspension(reason: reason) }
            if let action = try await tryAttempt(stage, attempt, &work) { return action }
        }
    }

    /// - Returns: nil when the model server went away meanwhile and the attempt is to go on where it was.
    private func tryAttempt(
        _ stage: StagePlan, _ attempt: Int, _ work: inout FeatureWork
    ) async throws -> FeatureMachine.Action? {
        work.enter(stage)
        if stage.gate == .green, work.lock == nil { try await lockTests(of: &work, changes: work.changes) }
        let briefing = StageBriefing(services: services, feature: work.feature)
        do {
            let route = try await briefing.route(stage: stage, attempt: attempt, work: work)
            work.worker = route.worker
            work.model = route.model ?? work.feature.model ?? services.settings.model
            journal.post(
                .attemptStarted(
                    RunEvent.AttemptStarted(
                        base: work.base?.description ?? "", worker: route.worker, model: work.model)),
                stage: stage.name, attempt: attempt)
            let outcome = try await StageRunner(services: services, journal: journal, briefing: briefing)
                .perform(stage, attempt: attempt, route: route, work: work)
            switch outcome {
            case .passed(let changes, let proof):
                work.changes = changes
                if let proof {
                    work.judgements = proof.judgements
                    work.provenTests = proof.redTests
                }
                return try await stagePassed(stage, attempt, &work)
            case .failed(let failure) where failure.mayBeOutage && services.server.isOut:
                return try await sitOut(failure, stage, attempt, &work)
            case .failed(let failure):
                return try await failed(failure, &work, stage: stage.name, attempt)
            case .suspended(let reason):
                throw Suspension(reason: reason)
            }
        } catch let error as PolicyError {
            if error.stopsRun { throw error }
            let failure = Failure(kind: .policy, summary: error.description)
            return try await failed(failure, &work, stage: stage.name, attempt)
        }
    }

    private func stagePassed(
        _ stage: StagePlan, _ attempt: Int, _ work: inout FeatureWork
    ) async throws -> FeatureMachine.Action {
        guard let base = work.base else { return .end(.failed(Self.lostMachine)) }
        let baseTree = try services.repository.tree(of: base)
        let tree = try services.repository.tree(baseTree, applying: work.changes)
        // First the lock: a run that is killed between the two does the stage again, and none is left without its tests.
        if stage.gate == .red { try await lockTests(of: &work, changes: work.changes) }
        journal.post(
            .stageFinished(RunEvent.StageFinished(passed: true, tree: tree.description)), stage: stage.name,
            attempt: attempt)
        work.lastFailure = nil
        work.note = nil
        return work.machine?.stagePassed() ?? .end(.failed(Self.lostMachine))
    }

    func failed(
        _ failure: Failure, _ work: inout FeatureWork, stage: String?, _ attempt: Int
    ) async throws -> FeatureMachine.Action {
        journal.post(
            .attemptFailed(RunEvent.AttemptFailed(failure: RunEvent.FailureNote(failure))), stage: stage,
            attempt: attempt)
        work.lastFailure = failure
        work.failures[failure.kind, default: 0] += 1
        return work.machine?.failed(failure) ?? .end(.failed(failure))
    }

    private func askRetry(
        _ stage: String, _ attempt: Int, _ failure: Failure, _ work: inout FeatureWork
    ) async throws -> RetryDecision {
        let context = retryContext(stage, attempt, failure, work)
        // Whoever resumes a batch on hold wants another attempt; the policy would only say hold again.
        let decision = work.wasHeld ? RetryDecision(action: .retry, note: work.note) : try await decide(context)
        work.wasHeld = false
        record(decision, stage, attempt)
        work.note = decision.note
        work.suggestedModel = decision.model
        work.suggestedWorker = decision.worker
        if decision.action == .retry || decision.action == .escalate, let delay = decision.delay {
            try await services.pause(delay)
        }
        return decision
    }

    func retryContext(
        _ stage: String, _ attempt: Int, _ failure: Failure, _ work: FeatureWork
    ) -> RetryContext {
        RetryContext(
            feature: work.feature, stage: stage, attempt: attempt, failure: failure,
            spent: services.spent(on: work.feature.id), budgetLeft: services.meter.snapshot().run.left,
            model: work.model, worker: work.worker, failures: work.failures)
    }

    func record(_ decision: RetryDecision, _ stage: String, _ attempt: Int) {
        journal.post(
            .retryDecided(
                RunEvent.RetryDecided(
                    action: decision.action.rawValue, delayInSeconds: decision.delay?.seconds, model: decision.model,
                    worker: decision.worker, note: decision.note)), stage: stage, attempt: attempt)
    }

    /// What policy `retry` says; a failure that does not stop the run gives the feature up.
    func decide(_ context: RetryContext) async throws -> RetryDecision {
        do {
            return try await services.policies.retry(context)
        } catch {
            if error.stopsRun { throw error }
            return RetryDecision(action: .giveUp, note: error.description)
        }
    }

    /// Carries the work of the stages before the current one over to the fresh tip.
    ///
    /// - Returns: Whether it merged; when not, the earlier stages' work is dropped and has to be done again.
    private func rebase(_ work: inout FeatureWork, onto tip: ObjectID) async throws -> Bool {
        guard let old = work.base else { return true }
        let kept = work.changesBeforeStage
        work.base = tip
        work.lock = nil
        work.changes = [:]
        work.changesBeforeStage = [:]
        guard !kept.isEmpty else { return true }
        let repository = services.repository
        let keptTree = try repository.tree(try repository.tree(of: old), applying: kept)
        guard case .clean(let merged) = try await repository.merge(base: old, ours: tip, theirs: keptTree) else {
            return false
        }
        work.changes = try repository.fileChanges(from: try repository.tree(of: tip), to: merged)
        work.changesBeforeStage = work.changes
        if let stage = work.machine?.previousStage {
            journal.post(
                .stageFinished(RunEvent.StageFinished(passed: true, tree: merged.description)), stage: stage.name)
        }
        return true
    }

    private static let lostMachine = Failure(kind: .internalError, summary: "the feature's state was lost")
}

/// Ends a feature's visit without an outcome.
struct Suspension: Error {
    let reason: String
}
