import Ledger
import MoonshiftTestSupport
import Testing
import Vocabulary

@Suite(.timeLimit(.minutes(1))) struct RunListTests {
    private let folder: TemporaryDirectory
    private let ledger: Ledger

    init() throws {
        folder = try TemporaryDirectory("runs")
        ledger = try Ledger.open(path: folder.path(of: "ledger.sqlite"))
    }

    @Test func aRunIsListedWithItsFeaturesAndCost() async throws {
        try await ledger.append([event(start), event(plan)])
        try await ledger.append([
            .reserved("c1", 10), .settled("c1", 7), .reserved("c2", 10), .settled("c2", 8), .reserved("c3", 100),
            done("f1", .landed), done("f2", .failed), done("f2", .landed), done("f3", .alreadyDone),
            done("f4", .failed),
        ])
        let row = try #require(try await ledger.runs().first)
        #expect(row.run == "r1")
        #expect(row.planPath == "plan.yaml")
        #expect(row.state == .open)
        #expect(row.spent == Picodollars(15))
        #expect(row.held == Picodollars(100))
        #expect(row.spentUnknown == .zero)
        #expect([row.features, row.landed, row.alreadyDone, row.failed, row.skipped, row.open] == [5, 2, 1, 1, 0, 1])
    }

    @Test func whatIsNotKnownForSureIsListedApart() async throws {
        let lost = RunEvent.CallSettled(call: "c2", amount: Picodollars(10), isUnknown: true, outcome: "lost")
        try await ledger.append([
            event(start), .reserved("c1", 10), .settled("c1", 7), .reserved("c2", 10), event(.callSettled(lost)),
        ])
        let row = try #require(try await ledger.runs().first)
        #expect(row.spent == Picodollars(17))
        #expect(row.spentUnknown == Picodollars(10))
        #expect(row.held == .zero)
    }

    @Test func theStateFollowsTheRun() async throws {
        try await ledger.append([event(start)])
        try await ledger.append([event(.stopped(.init(reason: "cap")))])
        #expect(try await ledger.runs().map(\.state) == [.stopped])
        try await ledger.append([event(.runFinished(.init(exit: 75)))])
        #expect(try await ledger.runs().map(\.state) == [.stopped])
        try await ledger.append([event(.runResumed(.init()))])
        #expect(try await ledger.runs().map(\.state) == [.open])
        try await ledger.append([event(.runFinished(.init(exit: 1)))])
        #expect(try await ledger.runs().map(\.state) == [.finished])
        #expect(try await ledger.runs().map(\.exit) == [1])
    }

    @Test func theNewestRunComesFirst() async throws {
        for (index, run) in ["r1", "r2", "r3"].enumerated() {
            try await ledger.append([RunEvent(run: RunID(rawValue: run), time: Int64(index), body: start)])
        }
        #expect(try await ledger.runs().map(\.run) == ["r3", "r2", "r1"])
    }

    @Test func chargesCountSettlementsAndOpenHoldsSinceATimeWithoutOneRun() async throws {
        try await ledger.append([
            .reserved("c1", 100, time: 10), .settled("c1", 1, time: 30), .reserved("c2", 20, time: 20),
            .reserved("c1", 300, run: "r2", time: 20), .settled("c1", 5, run: "r2", time: 21),
            .reserved("c2", 4000, run: "r2", time: 25),
        ])
        #expect(try await ledger.charges(since: 0) == Picodollars(4026))
        #expect(try await ledger.charges(since: 20) == Picodollars(4025))
        #expect(try await ledger.charges(since: 0, excluding: "r2") == Picodollars(21))
    }

    private var start: RunEvent.Body {
        .runStarted(
            RunEvent.RunStarted(
                base: "c0", baseName: "HEAD", planPath: "plan.yaml", planDigest: "d", plan: [:], recipe: "default",
                recipeDigest: "d"))
    }

    private var plan: RunEvent.Body {
        .batchPlanned(RunEvent.BatchPlanned(features: ["f1", "f2", "f3", "f4", "f5"], branch: "moonshift/r1/b1"))
    }

    private func event(_ body: RunEvent.Body) -> RunEvent {
        RunEvent(run: "r1", body: body)
    }

    private func done(_ feature: FeatureID, _ outcome: RunEvent.FeatureOutcome) -> RunEvent {
        RunEvent(run: "r1", feature: feature, body: .featureDone(RunEvent.FeatureDone(outcome: outcome)))
    }
}
