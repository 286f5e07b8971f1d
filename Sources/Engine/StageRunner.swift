import Ledger
import Metering
import ModelAPI
import Plans
import PolicyContract
import Verification
import Vocabulary
import Workers
import Workspaces

/// Carries out one attempt at a stage: the toolchain's template or a worker, then the stage's gate.
struct StageRunner: Sendable {
    enum Outcome: Sendable {
        /// The gate held; the changes are all of the feature's so far.
        case passed(changes: [String: FileChange], proof: RedProof?)
        case failed(Failure)
        /// The budget or a stop ended it; a resume repeats the attempt.
        case suspended(String)
    }

    /// Tests that were written by the stage, and how many of them are red before the feature exists.
    struct RedProof: Sendable {
        var judgements: [Judgement]
        var redTests: Int
    }

    let services: RunServices
    let journal: Journal
    let briefing: StageBriefing

    func perform(
        _ stage: StagePlan, attempt: Int, route: Route, work: FeatureWork
    ) async throws -> Outcome {
        guard let base = work.base else {
            return .failed(Failure(kind: .internalError, summary: "the feature has no base"))
        }
        let tree = try services.repository.tree(of: base)
        let drafted: [String: FileChange]
        if let template = try await template(for: stage, work: work, tree: tree) {
            drafted = work.changes.merging(template) { $1 }
        } else if route.worker == StageBriefing.templateWorker {
            drafted = work.changes
        } else {
            switch try await ask(stage, attempt: attempt, route: route, work: work, tree: tree) {
            case .drafted(let changes): drafted = changes
            case .unfinished(let changes, let failure):
                // Tests decide, not whether the model knew when to stop.
                let outcome = try await gate(stage, changes, work: work, tree: tree)
                guard case .passed = outcome else { return .failed(failure) }
                return outcome
            case .failed(let failure): return .failed(failure)
            case .suspended(let reason): return .suspended(reason)
            }
        }
        return try await gate(stage, drafted, work: work, tree: tree)
    }

    // MARK: Template or worker

    /// What the toolchain writes by itself for the stages `test` and `stub`; nil when a worker has to.
    private func template(
        for stage: StagePlan, work: FeatureWork, tree: ObjectID
    ) async throws -> [String: FileChange]? {
        guard let toolchain = work.survey?.toolchain else { return nil }
        let file: FileText?
        switch stage.name {
        case "test": file = try await services.toolchains.skeleton(toolchain, feature: work.feature)
        case "stub":
            let source = try Overlay(base: tree, changes: work.changes)
                .read(work.feature.filePath, in: services.repository)
            file = try await services.toolchains.stub(
                toolchain, feature: work.feature, source: source.map { String(decoding: $0, as: UTF8.self) })
        default: file = nil
        }
        return file.map { [$0.path: .write(Array($0.content.utf8), isExecutable: nil)] }
    }

    private enum Draft {
        case drafted([String: FileChange])
        /// The worker gave up, and what it had by then.
        case unfinished([String: FileChange], Failure)
        case failed(Failure)
        case suspended(String)
    }

    private func ask(
        _ stage: StagePlan, attempt: Int, route: Route, work: FeatureWork, tree: ObjectID
    ) async throws -> Draft {
        guard let worker = services.workers[route.worker] else {
            return .failed(Failure(kind: .policy, summary: "there is no worker '\(route.worker)'"))
        }
        let prompt = try await briefing.prompt(stage: stage, attempt: attempt, work: work, tree: tree)
        let scope = WriteScope(feature: work.feature, settings: services.settings)
        var protected = WriteScope.forbidden
        if let toolchain = work.survey?.toolchain {
            protected += try await services.toolchains.protectedGlobs(toolchain, feature: work.feature)
        }
        if stage.name != "test" { protected += work.judgements.map(\.target.file).filter { !$0.isEmpty } }
        var limits = services.settings.workerLimits
        limits.time = route.timeout ?? services.settings.featureTimeout
        let model = work.model ?? services.settings.model
        let assignment = StageAssignment(
            feature: work.feature, stage: stage.name, attempt: attempt, base: tree, changes: work.changes,
            prompt: prompt, model: model, temperature: services.settings.temperature, limits: limits,
            writablePaths: scope.writablePaths(in: stage.name), protectedGlobs: protected)
        let attribution = Attribution(
            run: services.run, batch: journal.batch, feature: work.feature.id, stage: stage.name, attempt: attempt,
            worker: worker.name, model: model)
        // The tests of stage `test` are judged by its gate; all others may run the feature's own.
        let tests =
            stage.gate == .green ? LockedTests(services: services, journal: journal, base: tree, work: work) : nil
        try await services.untilServerMayBeAsked(by: work.feature.id)
        let result = try await worker.perform(
            assignment,
            with: StageServices(
                model: MeteredModel(client: services.client, attribution: attribution, answers: work.answers),
                workspace: RepositoryWorkspace(repository: services.repository), tests: tests))
        guard let failure = result.failure else { return .drafted(result.changes) }
        if failure.kind == .workerGaveUp, stage.gate == .green, result.changes != work.changes {
            return .unfinished(result.changes, failure)
        }
        return judge(failure, cause: result.callError)
    }

    /// What would be refused to every feature is no failure of this one: the run stops, and can be resumed.
    private func judge(_ failure: Failure, cause: ModelCallError?) -> Draft {
        if let reason = services.control.drainReason, cause?.isWorthRetryingLater == true {
            // Nobody waits for the server now; a resume goes on where the attempt is.
            let message = "\(journal.feature?.rawValue ?? ""): \(failure.summary)"
            journal.post(.notice(RunEvent.Notice(level: .warning, message: message)))
            return .suspended(reason)
        }
        switch cause {
        case .budget(.capReached(.feature, _, _, _)): return .failed(failure)
        case .budget(.capReached(.batch, _, _, _)): return .suspended(failure.summary)
        case .budget:
            services.control.drain(failure.summary)
            return .suspended(failure.summary)
        case .refused(let reply) where reply.concernsEverybody:
            services.control.drain(failure.summary, isServiceLost: true)
            return .suspended(failure.summary)
        default: return .failed(failure)
        }
    }

    // MARK: Gates

    private func gate(
        _ stage: StagePlan, _ changes: [String: FileChange], work: FeatureWork, tree: ObjectID
    ) async throws -> Outcome {
        switch stage.gate {
        case .none: return .passed(changes: changes, proof: nil)
        case .red: return try await gateRed(changes, work: work, tree: tree)
        case .green: return try await gateGreen(changes, work: work, tree: tree)
        }
    }

    /// The written tests must be found, must run on the base, and must not pass there.
    private func gateRed(
        _ changes: [String: FileChange], work: FeatureWork, tree: ObjectID
    ) async throws -> Outcome {
        let overlay = Overlay(base: tree, changes: changes)
        guard let toolchain = work.survey?.toolchain else {
            return .failed(Failure(kind: .testsMissing, summary: "no toolchain fits the feature"))
        }
        let judgements = try await FeatureSurvey.judgements(
            of: work.feature, toolchain: toolchain, services: services
        ) { try overlay.read($0, in: services.repository) }
        guard !judgements.isEmpty else {
            let file = work.feature.testPath ?? "the test file"
            return .failed(Failure(kind: .testsMissing, summary: "\(file) holds no test for \(work.feature.name)"))
        }
        let run = try await services.bench.run(judgements, base: tree, changes: changes)
        journal.post(.testsRun(RunEvent.TestsRun(purpose: .red, run: run)))
        guard !run.isGreen else {
            let summary = "the new tests pass before the feature exists, so they prove nothing"
            return .failed(Failure(kind: .testsNotRed, summary: summary, outputTail: run.report))
        }
        guard !run.isTimedOut else {
            return .failed(Failure(kind: .timeout, summary: "the new tests ran out of time", outputTail: run.report))
        }
        let proof = RedProof(judgements: judgements, redTests: run.results.count - run.passedCount)
        return .passed(changes: changes, proof: proof)
    }

    private func gateGreen(
        _ changes: [String: FileChange], work: FeatureWork, tree: ObjectID
    ) async throws -> Outcome {
        let judged = try work.lock?.restored(changes, base: tree, in: services.repository) ?? changes
        let run = try await services.bench.run(work.judgements, base: tree, changes: judged)
        journal.post(.testsRun(RunEvent.TestsRun(purpose: .verify, run: run)))
        guard run.isGreen else {
            let missing = run.results.contains { $0.outcome == .missing || $0.outcome == .skipped }
            let kind: Failure.Kind = run.isTimedOut ? .timeout : missing ? .testsMissing : .testsFailed
            let summary = "\(run.results.count - run.passedCount) of \(run.results.count.counted("test")) did not pass"
            return .failed(
                Failure(kind: kind, summary: summary, outputTail: run.report, exitCode: run.exitCode))
        }
        return .passed(changes: judged, proof: nil)
    }
}

extension RunEvent.TestsRun {
    /// A test run as the ledger keeps it; output only of a run that was not green.
    init(purpose: RunEvent.TestPurpose, run: TestRun) {
        self.init(
            purpose: purpose, tree: run.tree.description, passed: run.passedCount,
            failed: run.results.count - run.passedCount, isGreen: run.isGreen, seconds: run.seconds,
            outputTail: run.isGreen ? "" : run.outputTail)
    }
}
