import Engine
import PolicyContract
import Testing

@Suite struct FeatureMachineTests {
    private let test = StagePlan(name: "test", gate: .red)
    private let implement = StagePlan(name: "implement", gate: .green)
    private let red = Failure(kind: .testsFailed, summary: "1 of 1 failed")

    @Test func stagesFollowEachOtherUntilTheCandidate() {
        var machine = FeatureMachine(stages: [test, implement])
        #expect(machine.begin() == .attempt(stage: test, attempt: 1))
        #expect(machine.stagePassed() == .attempt(stage: implement, attempt: 1))
        #expect(machine.stagePassed() == .makeCandidate(attempt: 1))
        #expect(machine.attemptsStarted == 2)
    }

    @Test func aFailureIsAPolicyQuestionAndARetryIsTheNextAttempt() {
        var machine = FeatureMachine(stages: [implement])
        _ = machine.begin()
        #expect(machine.failed(red) == .askRetry(stage: "implement", attempt: 1, failure: red))
        #expect(machine.decided(RetryDecision(action: .retry)) == .attempt(stage: implement, attempt: 2))
        #expect(machine.failed(red) == .askRetry(stage: "implement", attempt: 2, failure: red))
        #expect(machine.decided(RetryDecision(action: .giveUp)) == .end(.failed(red)))
    }

    private static let ends: [(RetryDecision.Action, @Sendable (Failure) -> FeatureMachine.Outcome)] = [
        (.skip, { .skipped($0) }), (.split, { .failed($0) }), (.holdBatch, { .held($0) }),
    ]

    @Test(arguments: 0..<3)
    func otherDecisionsEndTheFeature(index: Int) {
        let (action, outcome) = Self.ends[index]
        var machine = FeatureMachine(stages: [implement])
        _ = machine.begin()
        _ = machine.failed(red)
        #expect(machine.decided(RetryDecision(action: action)) == .end(outcome(red)))
    }

    @Test func aPolicyThatNeverGivesUpIsStoppedByTheCeiling() {
        var machine = FeatureMachine(stages: [implement])
        var action = machine.begin()
        var attempts = 0
        while case .attempt = action, attempts < 100 {
            attempts += 1
            _ = machine.failed(red)
            action = machine.decided(RetryDecision(action: .retry))
        }
        #expect(attempts == FeatureMachine.attemptCeiling)
        #expect(action == .end(.failed(red)))
    }

    @Test func aRefusedCandidateGoesBackToTheLastStage() {
        var machine = FeatureMachine(stages: [test, implement])
        _ = machine.begin()
        _ = machine.stagePassed()
        _ = machine.stagePassed()
        let refused = Failure(kind: .conflict, summary: "x")
        #expect(machine.failed(refused) == .askRetry(stage: "implement", attempt: 1, failure: refused))
        #expect(machine.decided(RetryDecision(action: .escalate)) == .attempt(stage: implement, attempt: 2))
    }

    @Test func aResumeRepeatsTheAttemptThatWasCutOff() {
        var machine = FeatureMachine(
            stages: [test, implement], passedStages: 1, attempts: ["test": 1, "implement": 2])
        #expect(machine.begin(repeatsAttempt: true) == .attempt(stage: implement, attempt: 2))
    }

    @Test func aResumeAfterAllStagesMakesTheCandidate() {
        var machine = FeatureMachine(stages: [implement], passedStages: 1, attempts: ["implement": 3])
        #expect(machine.begin(repeatsAttempt: true) == .makeCandidate(attempt: 3))
    }

    @Test func aRestartBeginsWithTheFirstStageUnderANewNumber() {
        var machine = FeatureMachine(stages: [test, implement])
        _ = machine.begin()
        _ = machine.stagePassed()
        #expect(machine.restart() == .attempt(stage: test, attempt: 2))
    }
}
