package import PolicyContract

/// Decides the next step of one feature: stage by stage, attempt by attempt, until a candidate or a final outcome.
///
/// Pure: it starts nothing itself. Whoever drives it performs the returned action and reports what came of it.
package struct FeatureMachine: Equatable, Sendable {
    /// What the driver has to do next.
    package enum Action: Equatable, Sendable {
        /// Route, prompt and run the stage; the attempt is 1-based within the stage.
        case attempt(stage: StagePlan, attempt: Int)
        /// Ask policy `retry` about the failure, then report ``decided(_:)``.
        case askRetry(stage: String, attempt: Int, failure: Failure)
        /// All stages passed: check the change, ask `accept` and make the candidate.
        case makeCandidate(attempt: Int)
        /// Nothing more is to be done with this feature.
        case end(Outcome)
    }

    /// How a feature's work ended.
    package enum Outcome: Equatable, Sendable {
        case failed(Failure)
        case skipped(Failure)
        /// The whole batch waits for a person; the feature is not lost.
        case held(Failure)
    }

    /// No policy can make a stage run more often than this; guards against a `retry` that never gives up.
    package static let attemptCeiling = 20

    package let stages: [StagePlan]
    private var index: Int
    private var attempts: [String: Int]
    private var failure: Failure?

    /// - Parameters:
    ///   - stages: The ordered stages; at least one.
    ///   - passedStages: How many of them passed before, for a resumed feature.
    ///   - attempts: Attempts started so far by stage name, for a resumed feature.
    package init(stages: [StagePlan], passedStages: Int = 0, attempts: [String: Int] = [:]) {
        self.stages = stages
        self.index = min(passedStages, stages.count)
        self.attempts = attempts
    }

    /// The attempts started so far, over all stages.
    package var attemptsStarted: Int {
        attempts.values.reduce(0, +)
    }

    /// The stage that works now; the last one once all passed.
    package var currentStage: StagePlan {
        stages[min(index, stages.count - 1)]
    }

    /// The stage before the one that works now; nil for the first.
    package var previousStage: StagePlan? {
        let current = min(index, stages.count - 1)
        return current > 0 ? stages[current - 1] : nil
    }

    /// The number of the attempt that works now or worked last; 1 or more.
    package var currentAttempt: Int {
        max(attempts[currentStage.name] ?? 0, 1)
    }

    /// The first action, also after a resume; `repeatsAttempt` runs one that was cut off again under its own number.
    package mutating func begin(repeatsAttempt: Bool = false) -> Action {
        guard index < stages.count else { return .makeCandidate(attempt: currentAttempt) }
        if repeatsAttempt, let attempt = attempts[currentStage.name], attempt > 0 {
            return .attempt(stage: currentStage, attempt: attempt)
        }
        return startAttempt()
    }

    /// The stage's gate held.
    package mutating func stagePassed() -> Action {
        index += 1
        guard index < stages.count else { return .makeCandidate(attempt: currentAttempt) }
        return startAttempt()
    }

    /// The attempt, the candidate's checks or the landing failed.
    ///
    /// A failure after the last stage sends the feature back to its last stage.
    package mutating func failed(_ failure: Failure) -> Action {
        self.failure = failure
        index = min(index, stages.count - 1)
        return .askRetry(stage: currentStage.name, attempt: currentAttempt, failure: failure)
    }

    /// Policy `retry` answered.
    package mutating func decided(_ decision: RetryDecision) -> Action {
        let failure = failure ?? Failure(kind: .internalError, summary: "retry was decided without a failure")
        switch decision.action {
        case .retry, .escalate:
            guard currentAttempt < Self.attemptCeiling else {
                return .end(.failed(failure))
            }
            return startAttempt()
        case .split, .giveUp:
            return .end(.failed(failure))
        case .skip:
            return .end(.skipped(failure))
        case .holdBatch:
            return .end(.held(failure))
        }
    }

    /// Starts again at the first stage, as when the work of earlier stages no longer fits the branch.
    package mutating func restart() -> Action {
        index = 0
        return startAttempt()
    }

    private mutating func startAttempt() -> Action {
        let stage = currentStage
        let attempt = (attempts[stage.name] ?? 0) + 1
        attempts[stage.name] = attempt
        return .attempt(stage: stage, attempt: attempt)
    }
}
