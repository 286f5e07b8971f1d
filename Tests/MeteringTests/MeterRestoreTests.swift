import Ledger
import MoonshiftTestSupport
import Testing
import Vocabulary

@testable import Metering

@Suite(.timeLimit(.minutes(1))) struct MeterRestoreTests {
    @Test(.heavy, arguments: 0..<3)
    func aKillAfterAnyEventChargesEachCallExactlyOnce(seed: Int) async throws {
        let caps = Caps(run: Picodollars(150_000), feature: Picodollars(30_000))
        let run = try MeterRun(caps: caps)
        await run.call(60, seed: seed)
        let events = try await run.events()
        let billed = run.vendor.billed
        try await run.ledger.close()
        #expect(events.count > 40)
        for length in 0...events.count {
            try await checkRestart(after: Array(events.prefix(length)), caps: caps, billed: billed)
        }
    }

    @Test func aKillWhileInterruptedCallsAreSettledChargesNothingTwice() async throws {
        let run = try MeterRun(caps: Caps())
        for _ in 0..<3 { _ = try await run.meter.reserve(attribution, amount: Picodollars(10)) }
        let resumed = try await restored(run.ledger)
        #expect(try await resumed.settleInterrupted() == 3)
        let all = try await run.events()
        for length in 3...all.count {
            let folder = try TemporaryDirectory("again")
            let ledger = try Ledger.open(path: folder.path(of: "ledger.sqlite"))
            try await ledger.append(Array(all.prefix(length)))
            let again = try await restored(ledger)
            #expect(try await again.settleInterrupted() == all.count - length)
            #expect(again.snapshot().run == BudgetAccount(settled: Picodollars(30)))
            try await ledger.close()
        }
        try await run.ledger.close()
    }

    @Test func interruptedCallsStayHeldUntilTheyAreSettled() async throws {
        let run = try MeterRun(caps: Caps())
        _ = try await run.meter.reserve(attribution, amount: Picodollars(10))
        let resumed = try await restored(run.ledger, caps: Caps(run: Picodollars(15)))
        #expect(resumed.snapshot().run == BudgetAccount(cap: Picodollars(15), settled: .zero, held: Picodollars(10)))
        #expect(try await resumed.settleInterrupted() == 1)
        #expect(try await resumed.settleInterrupted() == 0)
        await #expect(throws: BudgetError.self) { try await resumed.reserve(attribution, amount: Picodollars(6)) }
        let event = try #require(try await run.events().last)
        #expect(event.feature == "f")
        #expect(
            event.body
                == .callSettled(.init(call: "c1", amount: Picodollars(10), isUnknown: true, outcome: "interrupted")))
        try await run.ledger.close()
    }

    @Test func newCallsNeverTakeANameOfAnEarlierProcess() async throws {
        let run = try MeterRun(caps: Caps())
        let first = try await run.meter.reserve(attribution, amount: Picodollars(1))
        let resumed = try await restored(run.ledger)
        try await resumed.settleInterrupted()
        let second = try await resumed.reserve(attribution, amount: Picodollars(1))
        #expect(first.call != second.call)
        await resumed.settle(second, .nothing(reason: "refused"))
        try await run.ledger.close()
    }

    @Test func aLowerCapThanWhatIsSpentRefusesEverything() async throws {
        let run = try MeterRun(caps: Caps())
        let hold = try await run.meter.reserve(attribution, amount: Picodollars(10))
        await run.meter.settle(hold, .actual(usage: .zero, cost: Picodollars(10)))
        let resumed = try await restored(run.ledger, caps: Caps(run: Picodollars(5)))
        await #expect(
            throws: BudgetError.capReached(scope: .run, cap: Picodollars(5), spent: Picodollars(10), asked: .zero)
        ) {
            try await resumed.reserve(attribution, amount: .zero)
        }
        try await run.ledger.close()
    }

    private func checkRestart(after events: [RunEvent], caps: Caps, billed: [String: Picodollars]) async throws {
        let folder = try TemporaryDirectory("restart")
        let ledger = try Ledger.open(path: folder.path(of: "ledger.sqlite"))
        try await ledger.append(events)
        var money = EventMoney()
        for event in events { money.add(event) }
        let before = try await restored(ledger, caps: caps)
        let known = Set(
            events.compactMap { event in
                if case .callReserved(let payload) = event.body { payload.call } else { nil }
            })
        let possible = billed.filter { known.contains($0.key) }.values.reduce(.zero, +)
        let start = before.snapshot().run
        #expect(start.settled == money.settled[.run] ?? .zero)
        #expect(start.held == money.held[.run] ?? .zero)
        #expect(possible <= start.settled + start.held)
        #expect(start.settled + start.held <= caps.run ?? .max)
        #expect(try await before.settleInterrupted() == money.openCalls)
        let after = try await restored(ledger, caps: caps)
        #expect(try await after.settleInterrupted() == 0)
        #expect(after.snapshot() == before.snapshot())
        #expect(after.snapshot().run.settled == start.settled + start.held)
        #expect(after.snapshot().run.held == .zero)
        try await ledger.close()
    }

    private func restored(_ ledger: Ledger, caps: Caps = Caps()) async throws -> Meter {
        Meter(
            ledger: ledger, run: MeterRun.run, prices: .standard, caps: caps,
            restoring: try await ledger.events(of: MeterRun.run), now: { 1_795_378_381_042 })
    }

    private var attribution: Attribution {
        Attribution(run: MeterRun.run, feature: "f", stage: "test", attempt: 2, turn: 3, worker: "chat", model: "fake")
    }
}
