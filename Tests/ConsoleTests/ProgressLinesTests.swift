import Ledger
import Testing
import Vocabulary

@testable import Console

@Suite struct ProgressLinesTests {
    @Test func endingsAreCountedAgainstAllThatIsPlanned() {
        var lines = ProgressLines()
        var shown = lines.shown(.planned("b1", 8))
        shown += lines.shown(.planned("b2", 4))
        shown += lines.shown(.on("f1", .landed(.sample)))
        shown += lines.shown(.on("f2", .featureDone(.init(outcome: .alreadyDone))))
        #expect(shown == ["[ 1/12] landed    b1  f1", "[ 2/12] had it    b1  f2"])
    }

    @Test func aFailureSaysWhyAndWhatItCost() {
        var lines = ProgressLines()
        _ = lines.shown(.planned("b1", 1))
        _ = lines.shown(.on("f1", .callSettled(.init(call: "c1", amount: .dollar, outcome: "answered"))))
        _ = lines.shown(.on("f1", .callSettled(.init(call: "c2", amount: .dollar, outcome: "timeout"))))
        let failure = RunEvent.FailureNote(kind: "tests_failed", summary: "2 of 3 failed")
        #expect(
            lines.shown(.on("f1", .featureDone(.init(outcome: .failed, failure: failure)))) == [
                "[1/1] FAILED    b1  f1  2 of 3 failed  $2.00"
            ])
    }

    @Test func anotherFeaturesCostIsNotShown() {
        var lines = ProgressLines()
        _ = lines.shown(.planned("b1", 2))
        _ = lines.shown(.on("f1", .callSettled(.init(call: "c1", amount: .dollar, outcome: "answered"))))
        #expect(lines.shown(.on("f2", .landed(.sample))) == ["[1/2] landed    b1  f2"])
    }

    @Test func aRedAttemptIsALineWithItsStage() {
        var lines = ProgressLines()
        let failure = RunEvent.FailureNote(kind: "timeout", summary: "took too long")
        let event = RunEvent.on("f1", stage: "implement", .attemptFailed(.init(failure: failure)))
        #expect(lines.shown(event) == ["red       b1  f1  implement  timeout: took too long"])
    }

    @Test func batchesStopsAndNoticesAreTold() {
        var lines = ProgressLines()
        let commit = "0123456789abcdef0123456789abcdef01234567"
        let events: [RunEvent] = [
            .on(nil, .batchStarted(.init(base: commit))),
            .on(nil, .batchFinished(.init(tip: commit, landed: ["f1", "f2"], failed: ["f3"]))),
            .on(nil, .batchFinished(.init(tip: commit, landed: ["f1"]))),
            .on(nil, .pullRequestWritten(.init(path: "/runs/pr.md", title: "Add f1"))),
            .on(nil, .stopped(.init(reason: "the cap is reached"))),
            .on(nil, .notice(.init(level: .warning, message: "slow disk"))),
        ]
        #expect(
            events.flatMap { lines.shown($0) } == [
                "batch b1 starts on 0123456789ab", "batch b1 done: 2 landed, 1 failed", "batch b1 done: 1 landed",
                "pull request text for b1: /runs/pr.md", "stopping: the cap is reached", "warning: slow disk",
            ])
    }

    @Test(arguments: [false, true]) func aRedFoldIsAlwaysTold(isVerbose: Bool) {
        var lines = ProgressLines(isVerbose: isVerbose)
        #expect(lines.shown(.on(nil, .fold(isGreen: false))) == ["batch b1: fold of 2 is red"])
        #expect(lines.shown(.on(nil, .fold(isGreen: true))) == (isVerbose ? ["batch b1: fold of 2 is green"] : []))
    }

    @Test func stagesCallsAndTestsAreForTheVerbose() {
        let events: [RunEvent] = [
            .on("f1", stage: "implement", .attemptStarted(.init(base: "c0", worker: "chat", model: "m"))),
            .on("f1", stage: "implement", .callSettled(.init(call: "c1", amount: .zero, outcome: "answered"))),
            .on(
                "f1", stage: "implement",
                .testsRun(.init(purpose: .verify, tree: "t", passed: 2, failed: 1, isGreen: false, seconds: 1))),
            .on("f1", stage: "implement", .retryDecided(.init(action: "retry"))),
        ]
        var quiet = ProgressLines()
        #expect(events.flatMap { quiet.shown($0) }.isEmpty)
        var verbose = ProgressLines(isVerbose: true)
        #expect(
            events.flatMap { verbose.shown($0) } == [
                "working   b1  f1  implement  chat m", "call      b1  f1  implement  answered, $0.00",
                "tests     b1  f1  implement  verify: 2 passed, 1 not", "retry     b1  f1  implement  retry",
            ])
    }
}

extension ProgressLines {
    /// The lines for an event, one or none.
    fileprivate mutating func shown(_ event: RunEvent) -> [String] {
        line(for: event).map { [$0] } ?? []
    }
}

extension RunEvent {
    fileprivate static func on(_ feature: FeatureID?, stage: String? = nil, _ body: Body) -> RunEvent {
        RunEvent(run: "r1", batch: "b1", feature: feature, stage: stage, attempt: 1, time: 1, body: body)
    }

    fileprivate static func planned(_ batch: BatchID, _ count: Int) -> RunEvent {
        let features = (1...count).map { FeatureID(rawValue: "f\($0)") }
        return RunEvent(
            run: "r1", batch: batch, time: 1, body: .batchPlanned(BatchPlanned(features: features, branch: "b")))
    }
}

extension RunEvent.Body {
    fileprivate static func fold(isGreen: Bool) -> RunEvent.Body {
        .foldTested(
            RunEvent.FoldTested(
                tip: "c1", tree: "t1", oldTip: "c0", features: ["f1", "f2"], commits: ["c2", "c3"], isGreen: isGreen))
    }
}

extension RunEvent.Landed {
    fileprivate static var sample: RunEvent.Landed {
        RunEvent.Landed(commit: "c", tree: "t", oldTip: "c0", newTip: "c1")
    }
}
