import Ledger
import Metering
import MoonshiftTestSupport
import Testing
import Vocabulary

@Suite struct ModelPriceTests {
    struct Vector: CustomTestStringConvertible, Sendable {
        var name: String
        var model: String
        var usage: TokenUsage
        var dollars: String
        var testDescription: String { name }
    }

    static let golden: [Vector] = [
        Vector(name: "nothing", model: "gpt-4", usage: .zero, dollars: "0"),
        Vector(name: "plain", model: "gpt-4", usage: .init(input: 1000, output: 500), dollars: "0.06"),
        Vector(name: "one token each", model: "gpt-6-luna", usage: .init(input: 1, output: 1), dollars: "0.0000006"),
        Vector(name: "turbo", model: "gpt-4-turbo", usage: .init(input: 123, output: 45), dollars: "0.00258"),
        Vector(name: "3.5", model: "gpt-3.5-turbo", usage: .init(input: 16_000, output: 4096), dollars: "0.014144"),
        Vector(
            name: "cached", model: "gpt-5.4", usage: .init(input: 10_000, cachedInput: 8000, output: 100),
            dollars: "0.0085"),
        Vector(
            name: "cache written", model: "gpt-6.1-sol",
            usage: .init(input: 10_000, cachedInput: 2000, cacheWrite: 3000, output: 0),
            dollars: "0.0177"),
        Vector(
            name: "a cache price that is not given is the input price", model: "gpt-4",
            usage: .init(input: 1000, cachedInput: 1000, output: 0), dollars: "0.03"),
        Vector(
            name: "reasoning is output", model: "gpt-5.4", usage: .init(input: 0, output: 1000, reasoning: 900),
            dollars: "0.015"),
        Vector(
            name: "at the tier's boundary", model: "gpt-5.4", usage: .init(input: 272_000, output: 1000),
            dollars: "0.695"),
        Vector(
            name: "one above it", model: "gpt-5.4", usage: .init(input: 272_001, output: 1000), dollars: "1.382505"),
        Vector(
            name: "cached tokens count for the tier", model: "gpt-5.4",
            usage: .init(input: 272_001, cachedInput: 272_001, output: 0), dollars: "0.1360005"),
        Vector(
            name: "5 minute and 1 hour cache", model: "claude-opus-5-5",
            usage: .init(input: 10_000, cachedInput: 1000, cacheWrite: 4000, longCacheWrite: 1000, output: 200),
            dollars: "0.0472"),
        Vector(
            name: "haiku above 100k", model: "claude-haiku-5-5", usage: .init(input: 100_001, output: 10),
            dollars: "0.0500255"),
        Vector(
            name: "contradicting counts cost more, not less", model: "gpt-4",
            usage: .init(input: 10, cachedInput: 20, output: 5, reasoning: 9), dollars: "0.00114"),
    ]

    @Test(arguments: golden)
    func costsAreExact(vector: Vector) throws {
        let price = try #require(PriceBook.standard.price(of: vector.model))
        #expect(price.cost(of: vector.usage).decimalString == vector.dollars)
    }

    @Test(arguments: [
        ("gpt-4", 1000, 500, "0.06"), ("gpt-4", 100_000, 8192, "0.73728"),
        // Written to the cache, 272,000 tokens at most; then the dearer tier.
        ("gpt-6.1-sol", 272_000, 0, "0.68"), ("gpt-6.1-sol", 272_001, 0, "1.360005"),
        ("gpt-5.4", 150_000, 128_000, "2.295"), ("claude-opus-5-5", 1000, 0, "0.005"),
    ])
    func theWorstCaseIsTheDearestWithinReach(model: String, input: Int, output: Int, dollars: String) throws {
        let price = try #require(PriceBook.standard.price(of: model))
        #expect(price.worstCase(inputBound: input, outputCap: output).decimalString == dollars)
    }

    @Test func theLongerCacheCountsWhenItIsAskedFor() throws {
        let opus = try #require(PriceBook.standard.price(of: "claude-opus-5-5"))
        #expect(opus.worstCase(inputBound: 1000, outputCap: 0, writesLongCache: true).decimalString == "0.008")
        let sol = try #require(PriceBook.standard.price(of: "gpt-6.1-sol"))
        #expect(sol.worstCase(inputBound: 300_000, outputCap: 0, writesLongCache: true).decimalString == "3")
    }

    @Test func severalAnswersMultiplyTheOutput() throws {
        let price = try #require(PriceBook.standard.price(of: "gpt-4"))
        #expect(
            price.worstCase(inputBound: 0, outputCap: 100, answers: 3) == price.worstCase(inputBound: 0, outputCap: 300)
        )
    }

    @Test func noUsageWithinTheBoundsCostsMoreThanTheWorstCase() throws {
        var generator = SeededGenerator(seed: 7)
        for model in ["gpt-5.4", "gpt-6-astra", "claude-haiku-5-5", "gpt-4", "xai/grok-4.7", "deepseek-v4-pro"] {
            let price = try #require(PriceBook.standard.price(of: model))
            for _ in 0..<2000 {
                let bound = Int.random(in: 0...(price.contextWindow ?? 600_000), using: &generator)
                let outputCap = Int.random(in: 0...(price.maxOutputTokens ?? 0), using: &generator)
                let input = Int.random(in: 0...bound, using: &generator)
                let cached = Int.random(in: 0...input, using: &generator)
                let written = Int.random(in: 0...(input - cached), using: &generator)
                let output = Int.random(in: 0...outputCap, using: &generator)
                let usage = TokenUsage(
                    input: input, cachedInput: cached, cacheWrite: written,
                    longCacheWrite: Int.random(in: 0...written, using: &generator), output: output,
                    reasoning: Int.random(in: 0...output, using: &generator))
                let worst = price.worstCase(inputBound: bound, outputCap: outputCap, writesLongCache: true)
                #expect(price.cost(of: usage) <= worst)
            }
        }
    }

    @Test func absurdBoundsSaturateInsteadOfTrapping() throws {
        let price = try #require(PriceBook.standard.price(of: "gpt-6-astra"))
        #expect(price.worstCase(inputBound: .max, outputCap: .max, answers: 3) == .max)
    }

    @Test func theBuiltInBookKnowsItsDateAndTheLimitsOfOldModels() throws {
        let book = PriceBook.standard
        #expect(book.date == "2026-11-22")
        #expect(book.name.contains("2026-11-22"))
        #expect(book.count == 29)
        #expect(book.digest.count == 16)
        let limits = ["gpt-4", "gpt-4-turbo", "gpt-3.5-turbo"].map { name in
            [book.price(of: name)?.contextWindow, book.price(of: name)?.maxOutputTokens]
        }
        #expect(limits == [[8192, 8192], [128_000, 4096], [16_385, 4096]])
    }

    @Test func addedPricesReplaceAndChangeTheDigest() throws {
        let extra = ModelPrice(
            model: "simulated", contextWindow: 1000,
            standard: RateCard(base: TokenRates(input: Picodollars(5), output: Picodollars(7))))
        let book = PriceBook.standard.adding([extra, .free("local")])
        #expect(book.price(of: "simulated") == extra)
        #expect(book.digest != PriceBook.standard.digest)
        #expect(book.digest == PriceBook.standard.adding([.free("local"), extra]).digest)
        let local = try book.requirePrice(of: "local")
        #expect(local.isFree)
        #expect(local.worstCase(inputBound: 1_000_000, outputCap: 1_000_000) == .zero)
    }

    @Test func aModelWithoutAPriceIsRefusedWithAdvice() {
        let error = #expect(throws: PriceError.self) { try PriceBook.standard.requirePrice(of: "gpt-9") }
        #expect(error == .unknownModel("gpt-9", book: "the built-in prices of 2026-11-22"))
        #expect(error?.description.contains("\"free\": true") == true)
    }
}
