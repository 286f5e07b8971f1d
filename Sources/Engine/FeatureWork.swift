import Landing
import Plans
import PolicyContract
import Verification
import Vocabulary
import Workspaces

/// What is known of a feature's work between its visits to a worker.
struct FeatureWork: Sendable {
    let feature: Feature
    /// The commit that the work is based on; nil until it began.
    var base: ObjectID?
    /// What passed stages changed on the base.
    var changes: [String: FileChange] = [:]
    /// What the stages before the current one changed on the base; every attempt at the stage starts from it.
    var changesBeforeStage: [String: FileChange] = [:]
    private var currentStage: String?
    var survey: FeatureSurvey?
    var machine: FeatureMachine?
    var judgements: [Judgement] = []
    /// What the feature is judged by, frozen on the present base; nil until it is needed, and after a rebase.
    var lock: TestLock?
    var provenTests = 0
    var lastFailure: Failure?
    /// How often the feature failed in each way.
    var failures: [Failure.Kind: Int] = [:]
    var note: String?
    var suggestedModel: String?
    var suggestedWorker: String?
    var worker = "chat"
    var model: String?
    var candidate: Candidate?
    /// What the current attempt was answered so far.
    var answers = AttemptAnswers()
    /// The attempt that a resume repeats under its own number, so that recorded answers are used again.
    var repeatsAttempt = false
    /// Whether policy `retry` put the batch on hold because of ``lastFailure``, and somebody resumed it.
    var wasHeld = false

    private var earlierAttempts = 0

    /// Attempts at the last stage that was worked on, those of a feature that ended before a resume included.
    var attempts: Int {
        max(machine?.currentAttempt ?? 0, earlierAttempts)
    }

    /// Takes over what is told of a feature that ended before a resume.
    mutating func recall(attempts: Int, provenTests: Int) {
        earlierAttempts = attempts
        self.provenTests = provenTests
    }

    init(feature: Feature) {
        self.feature = feature
    }

    /// Goes back to the start of the stage, if it was tried before, or takes what is there as its start.
    mutating func enter(_ stage: StagePlan) {
        if currentStage == stage.name {
            changes = changesBeforeStage
        } else {
            currentStage = stage.name
            changesBeforeStage = changes
        }
    }
}

/// How a visit of a feature to its workers ended.
enum WorkResult: Sendable {
    case candidate(Candidate)
    case alreadyDone
    case failed(Failure)
    case skipped(Failure)
    case held(Failure)
    /// Stopped before its end, by the budget or by a drain; a resume takes it up again.
    case suspended(reason: String)
}
