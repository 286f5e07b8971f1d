import Ledger
import Metering
import Testing
import Vocabulary

@Suite struct SettlementTests {
    private let price: ModelPrice
    private static let usage = TokenUsage(input: 1000, output: 500)

    init() throws {
        price = try #require(PriceBook.standard.price(of: "gpt-4"))
    }

    @Test(arguments: [
        CallEnd.answered(usage: usage), .refused(status: 500, usage: usage), .lost(reason: "cancelled", usage: usage),
    ])
    func usageSettlesAtTheActualCost(end: CallEnd) {
        #expect(Settlement(end, price: price) == .actual(usage: Self.usage, cost: Picodollars(60_000_000_000)))
    }

    @Test(arguments: [400, 401, 403, 404, 413, 429])
    func aRefusalBeforeTheModelRanCostsNothing(status: Int) {
        #expect(Settlement(.refused(status: status), price: price) == .nothing(reason: "status \(status)"))
    }

    @Test(arguments: [408, 409, 500, 502, 503, 529])
    func anErrorAfterSendingIsUnknown(status: Int) {
        #expect(Settlement(.refused(status: status), price: price) == .unknown(reason: "status \(status)"))
    }

    @Test func whatNeverLeftCostsNothing() {
        #expect(Settlement(.notSent(reason: "no connection"), price: price) == .nothing(reason: "no connection"))
    }

    @Test func aLostAnswerAndOneWithoutUsageAreUnknown() {
        #expect(Settlement(.lost(reason: "timeout"), price: price) == .unknown(reason: "timeout"))
        #expect(Settlement(.answered(usage: nil), price: price) == .unknown(reason: "answered without usage"))
    }
}
