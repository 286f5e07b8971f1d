import Ledger
import Metering
import MoonshiftTestSupport
import Synchronization
import Vocabulary

/// A vendor that bills truly, whatever its callers get to see.
final class FakeVendor: Sendable {
    let price: ModelPrice
    private let bills = Mutex<[String: Picodollars]>([:])

    init(price: ModelPrice = FakeVendor.standardPrice) {
        self.price = price
    }

    /// Everything that was billed, by call.
    var billed: [String: Picodollars] {
        bills.withLock { $0 }
    }

    var total: Picodollars {
        billed.values.reduce(.zero, +)
    }

    static let standardPrice = ModelPrice(
        model: "fake",
        standard: RateCard(
            base: TokenRates(input: Picodollars(7), cachedInput: Picodollars(3), output: Picodollars(31)),
            longContext: [.init(above: 500, rates: TokenRates(input: Picodollars(14), output: Picodollars(47)))]))

    /// Answers one call within its bounds: with usage, without, late, not at all, or with an error; and bills what it did.
    func answer(
        _ call: String, inputBound: Int, outputCap: Int, using generator: inout SeededGenerator
    ) -> Settlement {
        let usage = TokenUsage(
            input: Int.random(in: 0...inputBound, using: &generator),
            output: Int.random(in: 0...outputCap, using: &generator))
        let known = Settlement.actual(usage: usage, cost: price.cost(of: usage))
        switch Int.random(in: 0..<20, using: &generator) {
        case 0: return .nothing(reason: "no connection")
        case 1: return .nothing(reason: "status 429")
        case 2: return bill(call, usage, .unknown(reason: "status 500"))
        case 3: return .unknown(reason: "status 503")
        case 4: return bill(call, usage, .unknown(reason: "timeout"))
        case 5: return .unknown(reason: "reset")
        case 6: return bill(call, usage, .unknown(reason: "answered without usage"))
        default: return bill(call, usage, known)
        }
    }

    private func bill(_ call: String, _ usage: TokenUsage, _ settlement: Settlement) -> Settlement {
        bills.withLock { $0[call, default: .zero] += price.cost(of: usage) }
        return settlement
    }
}
