import Landing
import Ledger
import Plans
import PolicyContract
import Verification
import Vocabulary
import Workspaces

extension FeatureWork {
    /// The work as it stood when the run was stopped or killed.
    ///
    /// The survey is made again on the recorded base, so that the same stages follow; changes come back from the recorded
    /// tree of the last stage that passed.
    init(
        restoring feature: Feature, from record: RunRecord.FeatureRecord, services: RunServices
    ) async throws {
        self.init(feature: feature)
        guard let base = record.base.flatMap(ObjectID.init(hex:)) else { return }
        let repository = services.repository
        let baseTree = try repository.tree(of: base)
        let survey = try await FeatureSurvey.make(of: feature, in: baseTree, services: services)
        let trees = Dictionary(record.passedStages.map { ($0.name, $0.tree) }, uniquingKeysWith: { $1 })
        let passed = survey.stages.prefix { trees[$0.name] != nil }
        self.base = base
        self.survey = survey
        // Tests that were locked last may be of a stage that did not come to its end.
        let hasLockedTests = survey.hasTests || passed.contains { $0.gate == .red }
        self.judgements =
            hasLockedTests && !record.judgements.isEmpty
            ? record.judgements.map { $0.withCommand(of: feature) } : survey.judgements
        self.provenTests = record.provenTests
        self.machine = FeatureMachine(stages: survey.stages, passedStages: passed.count, attempts: record.attempts)
        if let last = passed.last, let tree = trees[last.name].flatMap({ $0 }).flatMap(ObjectID.init(hex:)) {
            self.changes = try repository.fileChanges(from: baseTree, to: tree)
        }
        self.failures = record.failures
        self.worker = record.worker
        self.model = record.model
        self.note = record.lastDecision?.note
        self.suggestedModel = record.lastDecision?.model
        self.suggestedWorker = record.lastDecision?.worker
        self.repeatsAttempt = record.openStage != nil
        let isHeld = record.lastDecision?.action == RetryDecision.Action.holdBatch.rawValue
        self.wasHeld = record.openFailure != nil && isHeld
        self.lastFailure = record.openStage != nil ? record.lastFailure : record.openFailure
        self.candidate = try restoredCandidate(record, repository: repository)
        if candidate != nil || passed.count == survey.stages.count {
            restoreStart(of: survey.stages, trees, baseTree, repository)
        }
    }

    private func restoredCandidate(
        _ record: RunRecord.FeatureRecord, repository: Repository
    ) throws -> Candidate? {
        guard let made = record.candidate, let commit = ObjectID(hex: made.commit), let tree = ObjectID(hex: made.tree),
            let base = ObjectID(hex: made.base), let message = try? repository.message(of: commit)
        else { return nil }
        return Candidate(
            feature: feature.id, attempt: record.candidateAttempt, base: base, commit: commit, tree: tree,
            message: message, judgements: judgements)
    }

    /// Finds what the last stage started from, for the case that the candidate comes back from landing.
    private mutating func restoreStart(
        of stages: [StagePlan], _ trees: [String: String?], _ baseTree: ObjectID, _ repository: Repository
    ) {
        guard let last = stages.last else { return }
        let finished = changes
        changes = [:]
        if let before = stages.dropLast().last,
            let tree = trees[before.name].flatMap({ $0 }).flatMap(ObjectID.init(hex:))
        {
            changes = (try? repository.fileChanges(from: baseTree, to: tree)) ?? [:]
        }
        enter(last)
        changes = finished
    }
}

extension Judgement {
    /// The same tests with the plan's own command, which the ledger does not repeat.
    func withCommand(of feature: Feature) -> Judgement {
        Judgement(toolchain: toolchain, target: target, testCommand: feature.testCommand)
    }
}
