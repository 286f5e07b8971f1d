import Ledger
import MoonshiftTestSupport
import Testing
import Vocabulary

@testable import Metering

@Suite(.timeLimit(.minutes(1))) struct MeterTests {
    /// Caps of the run from nothing to more than all calls can cost, and what else is capped.
    static let caps: [Caps] = [
        Caps(run: .zero), Caps(run: Picodollars(9000)), Caps(run: Picodollars(200_000)),
        Caps(run: Picodollars(2_000_000)),
        Caps(run: Picodollars(1_000_000), batch: Picodollars(300_000)),
        Caps(run: Picodollars(3_000_000), feature: Picodollars(40_000)), Caps(day: Picodollars(500_000)),
        Caps(run: .dollar), Caps(),
    ]

    @Test(.heavy, arguments: caps, 0..<3)
    func aThousandConcurrentCallsNeverPassTheCap(caps: Caps, seed: Int) async throws {
        let run = try MeterRun(caps: caps)
        await run.call(1000, seed: seed)
        let snapshot = run.meter.snapshot()
        // Nothing is held when nothing is in flight, and what the vendor billed is covered.
        #expect(snapshot.run.held == .zero)
        #expect(snapshot.callsInFlight == 0)
        #expect(snapshot.callsWaiting == 0)
        #expect(run.vendor.total <= snapshot.run.settled)
        if let cap = caps.run { #expect(snapshot.run.settled <= cap) }
        // Every cent is attributed.
        #expect(snapshot.features.values.map(\.settled).reduce(.zero, +) == snapshot.run.settled)
        #expect(snapshot.batches.values.map(\.settled).reduce(.zero, +) == snapshot.run.settled)
        if caps == Caps() || caps.run == .dollar { #expect(run.refused.isEmpty) }
        try await checkLedger(run, caps: caps)
    }

    @Test(arguments: 0..<4)
    func cancelledCallsLeakNothing(seed: Int) async throws {
        let caps = Caps(run: Picodollars(300_000), feature: Picodollars(20_000))
        let run = try MeterRun(caps: caps)
        await run.call(400, seed: seed, cancelledEvery: 3)
        #expect(run.meter.snapshot().run.held == .zero)
        #expect(run.meter.snapshot().callsWaiting == 0)
        #expect(run.vendor.total <= run.meter.snapshot().run.settled)
        try await checkLedger(run, caps: caps)
    }

    @Test func smallCallsCanSpendNearlyTheWholeCap() async throws {
        // Ten mean calls, each holding twice what it costs in the end.
        let run = try MeterRun(caps: Caps(run: Picodollars(100_000)))
        var refusal: BudgetError?
        while refusal == nil {
            do throws(BudgetError) {
                let hold = try await run.meter.reserve(attribution(), amount: Picodollars(2000))
                await run.meter.settle(hold, .actual(usage: .zero, cost: Picodollars(1000)))
            } catch { refusal = error }
        }
        #expect(run.meter.snapshot().run.settled >= Picodollars(90_000))
        try await run.ledger.close()
    }

    @Test func aReservationIsInTheLedgerBeforeItIsGranted() async throws {
        let run = try MeterRun(caps: Caps())
        let hold = try await run.meter.reserve(attribution(), amount: Picodollars(5))
        let event = try #require(try await run.events().first)
        #expect(event.feature == "f")
        #expect(event.stage == "test")
        #expect(event.attempt == 2)
        #expect(
            event.body
                == .callReserved(.init(call: hold.call, amount: Picodollars(5), model: "fake", worker: "chat", turn: 3))
        )
        await run.meter.settle(hold, .actual(usage: .zero, cost: Picodollars(4)), answer: ["text": "hi"])
        #expect(
            try await run.events().last?.body
                == .callSettled(
                    .init(
                        call: hold.call, amount: Picodollars(4), usage: .zero, outcome: "answered",
                        answer: ["text": "hi"])))
        try await run.ledger.close()
    }

    @Test func aRefusalLeavesNoTrace() async throws {
        let run = try MeterRun(caps: Caps(run: Picodollars(4)))
        await #expect(
            throws: BudgetError.capReached(scope: .run, cap: Picodollars(4), spent: .zero, asked: Picodollars(5))
        ) {
            try await run.meter.reserve(attribution(), amount: Picodollars(5))
        }
        #expect(try await run.events().isEmpty)
        try await run.ledger.close()
    }

    @Test func whoeverWaitsIsServedWhenAHoldEnds() async throws {
        let run = try MeterRun(caps: Caps(run: Picodollars(10)))
        let hold = try await run.meter.reserve(attribution(), amount: Picodollars(10))
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask {
                let second = try await run.meter.reserve(self.attribution(), amount: Picodollars(9))
                await run.meter.settle(second, .nothing(reason: "refused"))
            }
            while run.meter.snapshot().callsWaiting == 0 { await Task.yield() }
            await run.meter.settle(hold, .actual(usage: .zero, cost: Picodollars(1)))
            try await group.waitForAll()
        }
        #expect(run.meter.snapshot().run == BudgetAccount(cap: Picodollars(10), settled: Picodollars(1)))
        try await run.ledger.close()
    }

    @Test func aHigherCapServesWhoeverWaits() async throws {
        let run = try MeterRun(caps: Caps(run: Picodollars(10)))
        _ = try await run.meter.reserve(attribution(), amount: Picodollars(10))
        async let second = run.meter.reserve(attribution(), amount: Picodollars(10))
        while run.meter.snapshot().callsWaiting == 0 { await Task.yield() }
        run.meter.raise(Picodollars(20))
        #expect(try await second.amount == Picodollars(10))
        try await run.ledger.close()
    }

    @Test func stopRefusesWhoeverAsksOrWaitsAndStillSettles() async throws {
        let run = try MeterRun(caps: Caps(run: Picodollars(10)))
        let hold = try await run.meter.reserve(attribution(), amount: Picodollars(10))
        async let second: Result<Hold, BudgetError> = result(run, amount: 10)
        while run.meter.snapshot().callsWaiting == 0 { await Task.yield() }
        run.meter.stop()
        #expect(await second == .failure(.stopped))
        await #expect(throws: BudgetError.stopped) { try await run.meter.reserve(attribution(), amount: .zero) }
        #expect(await run.meter.settle(hold, .unknown(reason: "killed")) == Picodollars(10))
        #expect(run.meter.snapshot().run.held == .zero)
        try await run.ledger.close()
    }

    @Test func aModelThatBillsMoreThanItsBoundIsNotCalledAgain() async throws {
        let run = try MeterRun(caps: Caps(run: Picodollars(100)))
        let hold = try await run.meter.reserve(attribution(), amount: Picodollars(10))
        let other = try await run.meter.reserve(attribution(), amount: Picodollars(85))
        async let waiting: Result<Hold, BudgetError> = result(run, amount: 20)
        while run.meter.snapshot().callsWaiting == 0 { await Task.yield() }
        #expect(await run.meter.settle(hold, .actual(usage: .zero, cost: Picodollars(11))) == Picodollars(11))
        #expect(await waiting == .failure(.untrustedBound(model: "fake")))
        await #expect(throws: BudgetError.untrustedBound(model: "fake")) {
            try await run.meter.reserve(attribution(), amount: .zero)
        }
        #expect(run.meter.snapshot().untrustedModels == ["fake"])
        await run.meter.settle(other, .nothing(reason: "refused"))
        let sane = try await run.meter.reserve(attribution(model: "other"), amount: Picodollars(1))
        await run.meter.settle(sane, .nothing(reason: "refused"))
        #expect(try await run.events().contains { $0.kind == .notice })
        // A resumed run does not trust it either.
        let resumed = Meter(
            ledger: run.ledger, run: MeterRun.run, prices: .standard, caps: Caps(run: Picodollars(100)),
            restoring: try await run.events())
        #expect(resumed.snapshot().untrustedModels == ["fake"])
        try await run.ledger.close()
    }

    @Test func whenTheLedgerIsFullNothingIsSpentAnyMore() async throws {
        let folder = try TemporaryDirectory("full")
        let path = folder.path(of: "ledger.sqlite")
        let ledger = try Ledger.open(path: path, maximumSizeInBytes: 200_000)
        let meter = Meter(ledger: ledger, run: "r1", prices: .standard, caps: Caps(run: .dollar))
        let hold = try await meter.reserve(attribution(), amount: Picodollars(5))
        await #expect(throws: LedgerError.full(path: path)) {
            let text = String(repeating: "x", count: 300_000)
            try await ledger.append([RunEvent(run: "r1", body: .notice(.init(level: .info, message: text)))])
        }
        await #expect(throws: BudgetError.ledger(.full(path: path))) {
            try await meter.reserve(attribution(), amount: Picodollars(5))
        }
        // The settlement cannot be recorded, so the money stays held.
        #expect(await meter.settle(hold, .actual(usage: .zero, cost: Picodollars(1))) == nil)
        #expect(meter.snapshot().run.held == Picodollars(5))
        try? await ledger.close()
    }

    @Test func otherRunsOfTheDayCountForItsCap() async throws {
        let run = try MeterRun(caps: Caps())
        let meter = Meter(
            ledger: run.ledger, run: "r2", prices: .standard, caps: Caps(day: Picodollars(10)),
            spentElsewhereToday: Picodollars(6), now: { 86_400_000 })
        await #expect(
            throws: BudgetError.capReached(
                scope: .day(1), cap: Picodollars(10), spent: Picodollars(6), asked: Picodollars(5))
        ) {
            try await meter.reserve(attribution(), amount: Picodollars(5))
        }
        #expect(meter.snapshot().run == BudgetAccount())
        try await run.ledger.close()
    }

    private func result(_ run: MeterRun, amount: Int64) async -> Result<Hold, BudgetError> {
        do throws(BudgetError) {
            return .success(try await run.meter.reserve(attribution(), amount: Picodollars(amount)))
        } catch {
            return .failure(error)
        }
    }

    private func checkLedger(_ run: MeterRun, caps: Caps) async throws {
        var money = EventMoney()
        for event in try await run.events() {
            money.add(event)
            money.check(caps)
        }
        #expect(money.openCalls == 0)
        #expect(money.settled[.run] ?? .zero == run.meter.snapshot().run.settled)
        try await run.ledger.close()
    }

    private func attribution(model: String = "fake") -> Attribution {
        Attribution(
            run: MeterRun.run, feature: "f", stage: "test", attempt: 2, turn: 3, worker: "chat", model: model)
    }
}
