import Ledger
import PolicyContract
import Testing
import Vocabulary

@testable import Engine

@Suite struct RunRecordTests {
    /// Where a resume finds feature f1 after each event of its life; the first of it is after `typicalLife[0]`.
    struct Standing: Equatable {
        var attempts = 0
        var passed: [String] = []
        var open: String?
        var failure: Failure.Kind?
        var hasCandidate = false
        var outcome: RunEvent.FeatureOutcome?
    }

    @Test func everyPrefixOfAFeaturesEventsHasItsResumeState() {
        let expected: [Standing] = [
            Standing(),  // featureStarted
            Standing(attempts: 1, open: "test"),
            Standing(attempts: 1, open: "test"),  // callReserved
            Standing(attempts: 1, open: "test"),  // callSettled
            Standing(attempts: 1, open: "test"),  // testsLocked
            Standing(attempts: 1, open: "test"),  // testsRun red
            Standing(attempts: 1, passed: ["test"]),
            Standing(attempts: 2, passed: ["test"], open: "implement"),
            Standing(attempts: 2, passed: ["test"], failure: .testsFailed),
            Standing(attempts: 2, passed: ["test"], failure: .testsFailed),  // retryDecided
            Standing(attempts: 3, passed: ["test"], open: "implement"),
            Standing(attempts: 3, passed: ["test", "implement"]),
            Standing(attempts: 3, passed: ["test", "implement"], hasCandidate: true),
            Standing(attempts: 3, passed: ["test", "implement"], hasCandidate: true),  // foldTested
            Standing(attempts: 3, passed: ["test", "implement"], hasCandidate: true, outcome: .landed),
            Standing(attempts: 3, passed: ["test", "implement"], hasCandidate: true, outcome: .landed),  // featureDone
        ]
        #expect(expected.count == RunEvent.typicalLife.count)
        for count in 1...RunEvent.typicalLife.count {
            let record = RunRecord([.planned] + RunEvent.typicalLife.prefix(count))
            #expect(standing(in: record) == expected[count - 1], "after \(count) events")
        }
    }

    @Test func foldingAtOnceOrOneByOneIsTheSame() {
        var record = RunRecord([])
        for event in [.planned] + RunEvent.typicalLife { record.apply(event) }
        let whole = RunRecord([.planned] + RunEvent.typicalLife)
        #expect(record.features == whole.features)
        #expect(record.batches == whole.batches)
    }

    @Test func aCallThatWasNeverSettledIsHeld() {
        let reserved = RunRecord(Array(RunEvent.typicalLife.prefix(3)))
        #expect(reserved.held == .dollar)
        #expect(reserved.calls == 1)
        #expect(reserved.spent == .zero)
        let settled = RunRecord(Array(RunEvent.typicalLife.prefix(4)))
        #expect(settled.held == .zero)
        #expect(settled.spent == Picodollars(250))
        #expect(settled.features["f1"]?.spent == Picodollars(250))
        #expect(settled.unknownSpent == .zero)
    }

    @Test func aChargeOfUnknownPriceIsCountedApart() {
        let charge = RunEvent.CallSettled(call: "c1", amount: .dollar, isUnknown: true, outcome: "interrupted")
        let record = RunRecord([.on("f1", .callSettled(charge))])
        #expect(record.spent == .dollar)
        #expect(record.unknownSpent == .dollar)
    }

    @Test func aLandingMovesTheBatchAndNotOnlyTheFeature() throws {
        let record = RunRecord([.planned] + RunEvent.typicalLife)
        let batch = try #require(record.batches.first)
        #expect(batch.landedOrder == ["f1"])
        #expect(batch.recordedTip == "tip1")
        #expect(batch.greenFolds.isEmpty)
    }

    @Test func aGreenFoldWithoutItsLandingIsRemembered() throws {
        let untilFold = RunEvent.typicalLife.prefix { $0.kind != .landed }
        let batch = try #require(RunRecord([.planned] + untilFold).batches.first)
        #expect(batch.greenFolds.map(\.tip) == ["tip1"])
        #expect(batch.recordedTip == nil)
        #expect(batch.landedOrder.isEmpty)
    }

    @Test func aRedFoldIsNotWhatABranchMayHave() throws {
        let batch = try #require(RunRecord([.planned, .fold(isGreen: false)]).batches.first)
        #expect(batch.greenFolds.isEmpty)
    }

    @Test func anEarlierStageTakesBackTheLaterOnes() {
        let again = RunEvent.on(
            "f1", stage: "test", attempt: 2, .attemptStarted(.init(base: "c1", worker: "chat", model: "m")))
        let feature = RunRecord(Array(RunEvent.typicalLife.prefix(12)) + [again]).features["f1"]
        #expect(feature?.passedStages == [])
        #expect(feature?.openStage == "test")
        #expect(feature?.base == "c1")
    }

    @Test func aFailureAfterTheCandidateTakesTheCandidateBack() {
        let failure = RunEvent.FailureNote(kind: "conflict", summary: "same lines")
        let refused = RunEvent.on("f1", stage: "implement", attempt: 2, .attemptFailed(.init(failure: failure)))
        let feature = RunRecord(Array(RunEvent.typicalLife.prefix(13)) + [refused]).features["f1"]
        #expect(feature?.candidate == nil)
        #expect(feature?.passedStages.map(\.name) == ["test"])
        #expect(feature?.openFailure?.kind == .conflict)
    }

    @Test func resumingForgetsTheStopAndTakesTheNewSettings() {
        let started = RunEvent.RunStarted(
            base: "c0", baseName: "HEAD", planPath: "plan.yaml", planDigest: "d", plan: [:], recipe: "tdd",
            recipeDigest: "d", settings: ["max_cost": "20"])
        var record = RunRecord([
            .on(nil, .runStarted(started)), .on(nil, .stopped(.init(reason: "cap"))),
            .on(nil, .runFinished(.init(exit: 75))),
        ])
        #expect(record.stopReason == "cap")
        #expect(record.stopReasons == ["cap"])
        #expect(record.finished?.exit == 75)
        record.apply(.on(nil, .runResumed(.init(settings: ["max_cost": "30"]))))
        #expect(record.stopReason == nil)
        #expect(record.finished == nil)
        #expect(record.settings["max_cost"] == "30")
        #expect(record.started == started)
    }

    @Test func planningABatchAgainReplacesIt() {
        let record = RunRecord([.planned, .planned])
        #expect(record.batches.count == 1)
        #expect(record.features["f2"]?.batch == "b1")
    }

    private func standing(in record: RunRecord) -> Standing? {
        record.features["f1"].map { feature in
            Standing(
                attempts: feature.attempts.values.reduce(0, +), passed: feature.passedStages.map(\.name),
                open: feature.openStage, failure: feature.openFailure?.kind, hasCandidate: feature.candidate != nil,
                outcome: feature.outcome?.outcome)
        }
    }
}

@Suite struct RunSummaryTests {
    @Test func aRunWithOpenFeaturesCanBeResumed() {
        let summary = RunSummary(run: "r1", record: RunRecord([.planned]), seconds: 1, cap: nil)
        #expect(summary.featuresOpen == 3)
        #expect(summary.exitCode == 75)
        #expect(summary.stopReason == "the run was interrupted")
    }

    @Test func everyOutcomeIsCountedOnce() {
        let failure = RunEvent.FailureNote(kind: "tests_failed", summary: "red")
        let events: [RunEvent] =
            [.planned] + RunEvent.typicalLife + [
                .on("f2", .featureDone(.init(outcome: .failed, failure: failure))),
                .on("f3", .featureDone(.init(outcome: .alreadyDone))),
            ]
        let summary = RunSummary(run: "r1", record: RunRecord(events), seconds: 2, cap: .dollar)
        #expect(summary.featuresLanded == 1)
        #expect(summary.featuresFailed == 1)
        #expect(summary.featuresAlreadyDone == 1)
        #expect(summary.featuresOpen == 0)
        #expect(summary.failures == ["tests_failed": 1])
        #expect(summary.failedFeatures == ["f2": "red"])
        #expect(summary.branches == ["moonshift/r1/b1"])
        #expect(summary.featuresPerSecond == 0.5)
        #expect(summary.exitCode == 1)
        #expect(summary.stopReason == nil)
    }

    @Test func aRunWithoutFailuresEndsWithZero() {
        let done = ["f2", "f3"].map { RunEvent.on(FeatureID(rawValue: $0), .featureDone(.init(outcome: .alreadyDone))) }
        let record = RunRecord([.planned] + RunEvent.typicalLife + done)
        #expect(RunSummary(run: "r1", record: record, seconds: 0, cap: nil).exitCode == 0)
        #expect(RunSummary(run: "r1", record: record, seconds: 0, cap: nil).featuresPerSecond == 0)
    }

    @Test func moneyIsADecimalStringInJSON() {
        let summary = RunSummary(
            run: "r1", record: RunRecord(Array(RunEvent.typicalLife.prefix(4))), seconds: 1, cap: .dollar)
        #expect(summary.value["spent_usd"] == "0.00000000025")
        #expect(summary.value["cap_usd"] == "1")
        #expect(summary.value["version"] == 1)
    }
}

extension RunEvent {
    fileprivate static func on(
        _ feature: FeatureID?, stage: String? = nil, attempt: Int? = nil, _ body: Body
    ) -> RunEvent {
        RunEvent(run: "r1", batch: "b1", feature: feature, stage: stage, attempt: attempt, time: 1, body: body)
    }

    fileprivate static let planned = on(
        nil, .batchPlanned(BatchPlanned(features: ["f1", "f2", "f3"], branch: "moonshift/r1/b1")))

    fileprivate static func fold(isGreen: Bool) -> RunEvent {
        on(
            nil,
            .foldTested(
                FoldTested(
                    tip: "tip1", tree: "t3", oldTip: "c0", features: ["f1"], commits: ["k1"], isGreen: isGreen)))
    }

    /// A feature whose tests are written, that fails once, and lands.
    fileprivate static let typicalLife: [RunEvent] = [
        on("f1", .featureStarted),
        on("f1", stage: "test", attempt: 1, .attemptStarted(.init(base: "c0", worker: "chat", model: "m"))),
        on(
            "f1", stage: "test", attempt: 1,
            .callReserved(.init(call: "c1", amount: .dollar, model: "m", worker: "chat", turn: 1))),
        on(
            "f1", stage: "test", attempt: 1,
            .callSettled(.init(call: "c1", amount: Picodollars(250), outcome: "answered"))),
        on(
            "f1", stage: "test", attempt: 1,
            .testsLocked(.init(toolchain: "lua", file: "t.lua", ids: ["a", "b"], files: ["t.lua": "o1"]))),
        on(
            "f1", stage: "test", attempt: 1,
            .testsRun(.init(purpose: .red, tree: "t1", passed: 0, failed: 2, isGreen: false, seconds: 0.1))),
        on("f1", stage: "test", attempt: 1, .stageFinished(.init(passed: true, tree: "t1"))),
        on("f1", stage: "implement", attempt: 1, .attemptStarted(.init(base: "c0", worker: "chat", model: "m"))),
        on(
            "f1", stage: "implement", attempt: 1,
            .attemptFailed(.init(failure: FailureNote(kind: "tests_failed", summary: "1 of 2 failed")))),
        on("f1", stage: "implement", attempt: 1, .retryDecided(.init(action: "retry", note: "look again"))),
        on("f1", stage: "implement", attempt: 2, .attemptStarted(.init(base: "c0", worker: "chat", model: "m"))),
        on("f1", stage: "implement", attempt: 2, .stageFinished(.init(passed: true, tree: "t2"))),
        on(
            "f1", stage: "implement", attempt: 2,
            .candidateMade(.init(commit: "k1", tree: "t2", base: "c0", files: ["a.lua"]))),
        fold(isGreen: true),
        on("f1", .landed(.init(commit: "k1", tree: "t3", oldTip: "c0", newTip: "tip1"))),
        on("f1", .featureDone(.init(outcome: .landed))),
    ]
}
