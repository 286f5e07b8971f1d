import Ledger
import Vocabulary

extension RunEvent {
    static let sampleTime: Int64 = 1_795_378_381_042

    /// One event of every kind, with every field set.
    static var samples: [RunEvent] {
        sampleBodies.map { body in
            RunEvent(
                run: "r1", batch: "b1", feature: "f1", stage: "implement", attempt: 2, time: sampleTime, body: body)
        }
    }

    static func notice(_ message: String, run: RunID = "r1") -> RunEvent {
        RunEvent(run: run, time: sampleTime, body: .notice(Notice(level: .info, message: message)))
    }

    static func reserved(_ call: String, _ amount: Int64, run: RunID = "r1", time: Int64 = sampleTime) -> RunEvent {
        RunEvent(
            run: run, feature: "f1", time: time,
            body: .callReserved(
                CallReserved(call: call, amount: Picodollars(amount), model: "gpt-4", worker: "chat", turn: 1)))
    }

    static func settled(_ call: String, _ amount: Int64, run: RunID = "r1", time: Int64 = sampleTime) -> RunEvent {
        RunEvent(
            run: run, feature: "f1", time: time,
            body: .callSettled(CallSettled(call: call, amount: Picodollars(amount), outcome: "answered")))
    }

    var message: String? {
        if case .notice(let notice) = body { notice.message } else { nil }
    }

    private static var sampleBodies: [Body] {
        let failure = FailureNote(kind: "tests_failed", summary: "2 failed", outputTail: "…\n", exitCode: 1)
        return [
            .runStarted(
                RunStarted(
                    base: "c0", baseName: "HEAD", planPath: "plan.yaml", planDigest: "d0", plan: ["features": []],
                    recipe: "default", recipeDigest: "d1", settings: ["max_cost": "20"])),
            .runResumed(RunResumed(settings: ["max_cost": "30"])),
            .runFinished(RunFinished(summary: ["landed": 3], exit: 0)),
            .batchPlanned(
                BatchPlanned(features: ["f1", "f2"], after: ["b0"], maxParallel: 4, branch: "moonshift/r1/b1")),
            .batchStarted(BatchStarted(base: "c0")),
            .batchFinished(BatchFinished(tip: "c1", landed: ["f1"], failed: ["f2"])),
            .pullRequestWritten(PullRequestWritten(path: "pr.md", title: "Add f1")),
            .featureStarted,
            .featureDone(FeatureDone(outcome: .failed, failure: failure)),
            .testsLocked(TestsLocked(toolchain: "lua", file: "t.lua", ids: ["a"], files: ["t.lua": "b0"])),
            .testsRun(
                TestsRun(
                    purpose: .verify, tree: "t0", passed: 3, failed: 0, isGreen: true, seconds: 0.25, outputTail: "ok")),
            .attemptStarted(AttemptStarted(base: "c0", worker: "chat", model: "gpt-4")),
            .stageFinished(StageFinished(passed: true, tree: "t1")),
            .attemptFailed(AttemptFailed(failure: failure)),
            .retryDecided(
                RetryDecided(action: "retry", delayInSeconds: 1.5, model: "gpt-4", worker: "chat", note: "look again")),
            .callReserved(
                CallReserved(call: "c7", amount: Picodollars(1_500_000), model: "gpt-4", worker: "chat", turn: 3)),
            .callSettled(
                CallSettled(
                    call: "c7", amount: Picodollars(1_000_001),
                    usage: TokenUsage(
                        input: 100, cachedInput: 40, cacheWrite: 20, longCacheWrite: 5, output: 9, reasoning: 4),
                    isUnknown: false, outcome: "answered", answer: ["text": "hello"])),
            .candidateMade(CandidateMade(commit: "c2", tree: "t2", base: "c0", files: ["a.lua"])),
            .foldTested(
                FoldTested(
                    tip: "c3", tree: "t3", oldTip: "c2", features: ["f1"], commits: ["c3"], isGreen: true)),
            .flakyTests(FlakyTests(tests: ["tests/a.lua adds"], tree: "t3")),
            .integrationTested(
                IntegrationTested(tip: "c9", tree: "t9", batches: ["one"], problems: ["two": "does not merge"])),
            .landed(Landed(commit: "c3", tree: "t3", oldTip: "c0", newTip: "c3")),
            .landingRefused(LandingRefused(reason: "conflict")),
            .policyDecided(
                PolicyDecided(
                    policy: "retry", pack: "default", digest: "d2", ticks: 10, microseconds: 20, input: ["a": 1],
                    output: ["b": [1.5, true]])),
            .stopped(Stopped(reason: "cap", isDraining: true)),
            .notice(Notice(level: .warning, message: "look")),
        ]
    }
}
