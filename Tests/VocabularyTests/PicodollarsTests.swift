import Testing
import Vocabulary

@Suite struct PicodollarsTests {
    @Test(arguments: [
        ("0", Int64(0)), ("200", 200_000_000_000_000), ("$0.01", 10_000_000_000), ("1.5", 1_500_000_000_000),
        (".5", 500_000_000_000),
        ("3.", 3_000_000_000_000), ("0.000000000001", 1), ("007", 7_000_000_000_000),
        ("0.0000000000010", 1), ("9223372.036854775807", .max),
    ])
    func aDecimalAmountIsReadExactly(text: String, picodollars: Int64) {
        #expect(Picodollars(dollars: text) == Picodollars(picodollars))
    }

    @Test(arguments: [("0.0000000000001", Int64(1)), ("0.0000000000019", 2), ("0.9999999999999", 1_000_000_000_000)])
    func whatIsFinerThanAPicodollarRoundsUp(text: String, picodollars: Int64) {
        #expect(Picodollars(dollars: text) == Picodollars(picodollars))
    }

    @Test(arguments: [
        "", "$", ".", "-1", "+1", "1e3", "1,5", "1.2.3", "abc", " 1", "1 ", "$$1", "1$", "٣", "0x1",
        "9223372.036854775808",
        "9223373", "99999999999999999999", "9223372.0368547758070001",
    ])
    func anythingElseIsRefused(text: String) {
        #expect(Picodollars(dollars: text) == nil)
    }

    @Test(arguments: [Int64(0), 1, -1, 10, 999_999_999_999, 1_000_000_000_000, -1_500_000_000_000, .max, .min])
    func decimalStringsLoseNothing(picodollars: Int64) {
        let text = Picodollars(picodollars).decimalString
        let magnitude = Picodollars(dollars: text.drop { $0 == "-" })
        #expect(magnitude?.rawValue.magnitude == picodollars.magnitude || picodollars == .min)
        #expect(text.hasPrefix("-") == (picodollars < 0))
    }

    @Test(arguments: [
        (Int64(0), "0"), (1, "0.000000000001"), (1_500_000_000_000, "1.5"), (-20_000_000_000, "-0.02"),
        (.min, "-9223372.036854775808"),
    ])
    func decimalStringsAreShort(picodollars: Int64, text: String) {
        #expect(Picodollars(picodollars).decimalString == text)
    }

    @Test(arguments: [
        (Int64(0), "$0.00"), (12_340_000_000_000, "$12.34"), (12_345_000_000_000, "$12.35"),
        (99_990_000_000, "$0.1000"),
        (1_234_000_000, "$0.0012"), (-5_000_000_000_000, "-$5.00"), (100_000_000_000, "$0.10"), (.max, "$9223372.04"),
        (.min, "-$9223372.04"),
    ])
    func peopleSeeRoundedAmounts(picodollars: Int64, text: String) {
        #expect(Picodollars(picodollars).description == text)
    }

    @Test func arithmeticStopsAtTheEndsOfTheRange() {
        let lowest = Picodollars(.min)
        #expect(Picodollars.max + Picodollars(1) == .max)
        #expect(lowest + Picodollars(-1) == lowest)
        #expect(lowest - Picodollars(1) == lowest)
        #expect(Picodollars.max - Picodollars(-1) == .max)
        #expect(Picodollars.zero - lowest == .max)
        #expect(Picodollars.dollar * Int.max == .max)
        #expect(Picodollars.dollar * Int.min == lowest)
        #expect(lowest * -1 == .max)
        #expect(lowest * 0 == .zero)
    }

    @Test func sumsAreExact() {
        var sum = Picodollars.zero
        for _ in 0..<1000 { sum += Picodollars(1_234_567) * 810 }
        sum -= Picodollars(dollars: "0.5") ?? .max
        #expect(sum == Picodollars(1_234_567 * 810_000 - 500_000_000_000))
        #expect(Picodollars(1) < Picodollars(2))
    }
}
