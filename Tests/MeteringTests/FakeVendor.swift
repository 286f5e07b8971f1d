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
    ) -> CallEnd {
        let usage = TokenUsage(
            input: Int.random(in: 0...inputBound, using: &generator),
            output: Int.random(in: 0...outputCap, using: &generator))
        switch Int.random(in: 0..<20, using: &generator) {
        case 0: return .notSent(reason: "no connection")
        case 1: return .refused(status: 429)
        case 2: return .refused(status: 400)
        case 3: return bill(call, usage, .refused(status: 500))
        case 4: return .refused(status: 503)
        case 5: return bill(call, usage, .lost(reason: "timeout"))
        case 6: return .lost(reason: "reset")
        case 7: return bill(call, usage, .lost(reason: "cancelled", usage: usage))
        case 8: return bill(call, usage, .answered(usage: nil))
        default: return bill(call, usage, .answered(usage: usage))
        }
    }

    private func bill(_ call: String, _ usage: TokenUsage, _ end: CallEnd) -> CallEnd {
        bills.withLock { $0[call, default: .zero] += price.cost(of: usage) }
        return end
    }
}
