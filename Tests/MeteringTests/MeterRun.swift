import Ledger
import Metering
import MoonshiftTestSupport
import Synchronization
import Testing
import Vocabulary

/// Many workers that call a fake vendor through one meter, with the ledger on a disk in memory.
final class MeterRun: Sendable {
    struct Refused: Sendable {
        var error: BudgetError
    }

    static let run: RunID = "r1"

    let ledger: Ledger
    let meter: Meter
    let vendor = FakeVendor()
    private let folder: TemporaryDirectory
    private let caps: Caps
    private let refusals = Mutex<[BudgetError]>([])

    init(caps: Caps) throws {
        folder = try TemporaryDirectory("meter")
        ledger = try Ledger.open(path: folder.path(of: "ledger.sqlite"))
        self.caps = caps
        meter = Meter(
            ledger: ledger, run: Self.run,
            prices: PriceBook(name: "test", date: nil, prices: [FakeVendor.standardPrice]),
            caps: caps, now: { 1_795_378_381_042 })
    }

    var refused: [BudgetError] {
        refusals.withLock { $0 }
    }

    /// Makes `count` calls at once; one of `cancelledEvery` of them is cancelled at some time.
    func call(_ count: Int, seed: Int, cancelledEvery: Int? = nil) async {
        await withTaskGroup { group in
            for index in 0..<count {
                group.addTask {
                    var generator = SeededGenerator(seed: seed &* 100_003 &+ index)
                    guard let cancelledEvery, index % cancelledEvery == 0 else {
                        await self.call(index, using: &generator)
                        return
                    }
                    let yields = Int.random(in: 0..<20, using: &generator)
                    await withTaskGroup { inner in
                        inner.addTask { [generator] in
                            var generator = generator
                            await self.call(index, using: &generator)
                        }
                        for _ in 0..<yields { await Task.yield() }
                        inner.cancelAll()
                    }
                }
            }
        }
    }

    /// All events of the run.
    func events() async throws -> [RunEvent] {
        try await ledger.events(of: Self.run)
    }

    private func call(_ index: Int, using generator: inout SeededGenerator) async {
        let inputBound = Int.random(in: 0...900, using: &generator)
        let outputCap = Int.random(in: 1...100, using: &generator)
        let attribution = Attribution(
            run: Self.run, batch: BatchID(rawValue: "b\(index % 5)"), feature: FeatureID(rawValue: "f\(index % 50)"),
            stage: "implement", attempt: 1, turn: index, worker: "chat", model: "fake")
        do throws(BudgetError) {
            for _ in 0..<Int.random(in: 0..<5, using: &generator) { await Task.yield() }
            let amount = vendor.price.worstCase(inputBound: inputBound, outputCap: outputCap)
            let hold = try await meter.reserve(attribution, amount: amount)
            check()
            for _ in 0..<Int.random(in: 0..<10, using: &generator) { await Task.yield() }
            let end = vendor.answer(hold.call, inputBound: inputBound, outputCap: outputCap, using: &generator)
            let charged = await meter.settle(hold, end)
            #expect((charged ?? .zero) <= hold.amount)
            #expect(await meter.settle(hold, .unknown(reason: "again")) == nil)
            check()
        } catch {
            if case .capReached(_, let cap, let spent, let asked) = error { #expect(spent + asked > cap) }
            refusals.withLock { $0.append(error) }
        }
    }

    private func check() {
        let snapshot = meter.snapshot()
        let accounts = [snapshot.run] + snapshot.batches.values + snapshot.features.values + snapshot.days.values
        for account in accounts {
            guard let cap = account.cap else { continue }
            #expect(account.settled + account.held <= cap)
        }
    }
}

/// What the events of a run say of its money, by the plainest arithmetic there is.
struct EventMoney {
    private(set) var settled: [BudgetScope: Picodollars] = [:]
    private(set) var held: [BudgetScope: Picodollars] = [:]
    private var open: [String: (amount: Picodollars, scopes: [BudgetScope])] = [:]

    var openCalls: Int { open.count }

    mutating func add(_ event: RunEvent) {
        switch event.body {
        case .callReserved(let payload):
            var scopes: [BudgetScope] = [.run, .day(UTCTime.day(event.time))]
            if let batch = event.batch { scopes.append(.batch(batch)) }
            if let feature = event.feature { scopes.append(.feature(feature)) }
            open[payload.call] = (payload.amount, scopes)
            for scope in scopes { held[scope, default: .zero] += payload.amount }
        case .callSettled(let payload):
            guard let call = open.removeValue(forKey: payload.call) else {
                Issue.record("call \(payload.call) was settled without a hold")
                return
            }
            for scope in call.scopes {
                held[scope, default: .zero] -= call.amount
                settled[scope, default: .zero] += payload.amount
            }
        default:
            break
        }
    }

    func check(_ caps: Caps) {
        for (scope, held) in held {
            if let cap = caps[scope] { #expect(held + (settled[scope] ?? .zero) <= cap, "\(scope)") }
        }
    }
}
