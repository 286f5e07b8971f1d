import Landing
import Ledger
import Plans
import PolicyContract
package import Vocabulary
package import Workspaces

/// Performs what ``RunMachine`` decides: batches side by side, each on its base, until all ended or nothing new may start.
package struct RunEngine: Sendable {
    /// What a run was started from, for its first event.
    package struct Origin: Sendable {
        package var base: ObjectID
        package var baseName: String
        package var planPath: String
        package var planDigest: String
        package var recipe: String
        package var recipeDigest: String

        package init(
            base: ObjectID, baseName: String, planPath: String, planDigest: String, recipe: String,
            recipeDigest: String
        ) {
            self.base = base
            self.baseName = baseName
            self.planPath = planPath
            self.planDigest = planDigest
            self.recipe = recipe
            self.recipeDigest = recipeDigest
        }
    }

    private let services: RunServices
    private let journal: Journal

    package init(services: RunServices) {
        self.services = services
        self.journal = services.journal
    }

    /// Starts a new run: writes down what it is made of, then works.
    ///
    /// - Throws: What ended the run before its time: a lost ledger, a policy that stops the run, cancellation. What was
    ///   recorded until then can be resumed.
    package func start(_ preparation: Preparation, origin: Origin) async throws {
        let settings = try services.settings.stored()
        try await journal.recordStart(
            RunEvent.RunStarted(
                base: origin.base.description, baseName: origin.baseName, planPath: origin.planPath,
                planDigest: origin.planDigest, plan: try Value(encoding: preparation.features),
                recipe: origin.recipe, recipeDigest: origin.recipeDigest, settings: settings),
            batches: preparation.batches.map { batch in
                let branch = RefNames.branch(run: services.run, batch: batch.name)
                return (
                    batch.name,
                    RunEvent.BatchPlanned(
                        features: batch.features, after: batch.after, maxParallel: batch.maxParallel, branch: branch)
                )
            })
        let record = try await RunRecord.read(services.run, from: services.ledger)
        try await work(record, features: preparation.features)
    }

    /// Goes on with a run that was stopped or killed.
    package func resume(_ record: RunRecord) async throws {
        guard let started = record.started else { throw ResumeError.notStarted(services.run) }
        let features = try started.features()
        try await journal.record(.runResumed(RunEvent.RunResumed(settings: try services.settings.stored())))
        try await work(record, features: features)
    }

    private func work(_ record: RunRecord, features: [Feature]) async throws {
        let byID = Dictionary(features.map { ($0.id, $0) }, uniquingKeysWith: { first, _ in first })
        let batches = Dictionary(record.batches.map { ($0.plan.name, $0) }, uniquingKeysWith: { first, _ in first })
        guard let base = record.started.flatMap({ ObjectID(hex: $0.base) }) else {
            throw ResumeError.notStarted(services.run)
        }
        try keep(base)
        if let fresh = record.batches.first(where: { $0.base == nil }),
            let problem = try await BaseCheck(services: services, journal: journal).problem(of: base, for: fresh.plan)
        {
            services.control.drain(problem)
        }
        var machine = RunMachine(batches: record.batches.map(\.plan), width: services.settings.maxParallelBatches)
        var tips: [BatchID: ObjectID] = [:]
        var finished: [BatchID: BatchResult] = [:]
        var reach: [FeatureID: Bool] = [:]
        try await withThrowingTaskGroup(of: BatchResult.self) { group in
            var isFinished = false
            while !isFinished {
                if services.control.isDraining { machine.drain() }
                for action in machine.advance() {
                    switch action {
                    case .finish: isFinished = true
                    case .start(let id):
                        guard let batch = batches[id] else { continue }
                        let elsewhere = reach
                        let before = batch.plan.after.compactMap { tips[$0] }
                        group.addTask { [self] in
                            try await run(
                                batch, features: batch.plan.features.compactMap { byID[$0] },
                                base: { try await self.base(of: batch, after: before, runBase: base) },
                                elsewhere: elsewhere, record: record)
                        }
                    }
                }
                guard !isFinished, let result = try await group.next() else { break }
                tips[result.batch] = result.tip
                if result.pullRequest != nil { finished[result.batch] = result }
                reach.merge(result.reach) { $1 }
                machine.batchEnded(result.batch)
            }
        }
        // Whoever interrupted waits for the end; a resume does it then.
        if !services.control.isInterrupted {
            try await RunIntegration(services: services, journal: journal).finish(
                record.batches.compactMap { batch in finished[batch.plan.name].map { (batch, $0) } }, runBase: base,
                before: record.integration)
        }
        if let reason = services.control.drainReason { stop(reason) }
        try await services.ledger.flush()
    }

    /// Gives the run's base a ref of its own, so that git never deletes it.
    private func keep(_ base: ObjectID) throws {
        let name = RefNames.base(run: services.run)
        guard try services.repository.reference(name) == nil else { return }
        try services.repository.update([ReferenceUpdate(name: name, new: base, old: nil)])
    }

    private func run(
        _ batch: RunRecord.BatchRecord, features: [Feature], base: () async throws -> ObjectID,
        elsewhere: [FeatureID: Bool], record: RunRecord
    ) async throws -> BatchResult {
        let id = batch.plan.name
        let batchJournal = services.journal.scoped(to: id)
        let base = try await base()
        var state = BatchState(batch: id, base: base, features: features)
        if batch.base == nil {
            try await batchJournal.record(.batchStarted(RunEvent.BatchStarted(base: base.description)))
        } else {
            let tip = try await BranchReconciliation(services: services, journal: batchJournal).tip(
                of: batch, base: base)
            let isUpToDate = tip.description == batch.recordedTip ?? base.description
            let fresh = isUpToDate ? record : try await RunRecord.read(services.run, from: services.ledger)
            let known = fresh.batches.first { $0.plan.name == id } ?? batch
            try await state.restore(known, in: fresh, tip: tip, services: services)
        }
        let writer = PullRequestWriter(services: services, journal: batchJournal)
        let baseName = record.started?.baseName ?? base.description
        if batch.finished != nil {
            state.result.judgements = state.landedJudgements
            state.result.pullRequest = writer.context(batch, baseName: baseName, state: state)
            return state.result
        }
        let runner = BatchRunner(services: services, plan: batch.plan, branch: batch.branch, features: features)
        state = try await runner.run(from: state, elsewhere: elsewhere)
        var result = state.result
        if let reason = result.suspensionReason, !services.control.isDraining { stop(reason) }
        guard result.suspended.isEmpty else { return result }
        try await batchJournal.record(
            .batchFinished(
                RunEvent.BatchFinished(
                    tip: result.landed.isEmpty ? nil : result.tip.description, landed: result.landed,
                    failed: result.failures.keys.sorted())))
        result.pullRequest = writer.context(batch, baseName: baseName, state: state)
        return result
    }

    private func stop(_ reason: String) {
        journal.post(.stopped(RunEvent.Stopped(reason: reason, isDraining: true)))
    }

    /// The commit that a batch starts from: the run's base, or the landed tips of those before it, merged if several.
    private func base(
        of batch: RunRecord.BatchRecord, after tips: [ObjectID], runBase: ObjectID
    ) async throws -> ObjectID {
        if let known = batch.base.flatMap(ObjectID.init(hex:)) { return known }
        var base = tips.last ?? runBase
        for tip in tips.dropLast() where tip != base && tip != runBase {
            if base == runBase {
                base = tip
                continue
            }
            guard case .clean(let tree) = try await services.repository.merge(base: runBase, ours: base, theirs: tip)
            else {
                throw ResumeError.basesConflict(batch.plan.name)
            }
            base = try services.repository.commit(
                tree: tree, parents: [base, tip], message: "Join the batches before \(batch.plan.name)\n",
                author: services.author())
        }
        return base
    }
}

/// A run cannot start or go on from what is recorded.
package enum ResumeError: Error, Equatable, CustomStringConvertible, Sendable {
    case notStarted(RunID)
    case basesConflict(BatchID)
    /// `actual` says where it is now: `at 0123…`, `deleted`.
    case branchMoved(branch: String, recorded: String, actual: String)

    package var description: String {
        switch self {
        case .notStarted(let run):
            "run \(run) has no recorded start; nothing was spent on it, start a new run"
        case .basesConflict(let batch):
            "the batches before \(batch) do not merge with each other; stack them with `after`, one on the other"
        case .branchMoved(let branch, let recorded, let actual):
            """
            the branch \(branch) is \(actual), but this run left it at \(recorded.prefix(12)): somebody moved it. \
            Put it back with `git branch -f \(branch) \(recorded.prefix(12))`, or start a new run.
            """
        }
    }
}
