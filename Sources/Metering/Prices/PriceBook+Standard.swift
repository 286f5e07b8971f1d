import Vocabulary

extension PriceBook {
    /// The prices that are compiled in; vendors change theirs, so a run says the date.
    ///
    /// - SeeAlso: The price file of litellm 1.109.1 (sha256 8f8060d8ce7a40c9…) for all but gpt-4, gpt-4-turbo and
    ///   gpt-3.5-turbo, which are OpenAI's own published prices.
    package static let standard = PriceBook(
        name: "the built-in prices of \(standardDate)", date: standardDate, prices: standardPrices)

    private static let standardDate = "2026-11-22"

    // Dollars for a million tokens: in, cached read, cache write, its longer form, out.
    private static var standardPrices: [ModelPrice] {
        openAIPrices + anthropicPrices + otherPrices
    }

    private static var openAIPrices: [ModelPrice] {
        [
            entry(
                "gpt-6-astra", rates("10", "1", "12.5", long: "25", out: "50"), above272k: ("20", "75"),
                maxOutput: 128_000),
            entry(
                "gpt-6.1-sol", rates("2", "0.1", "2.5", long: "5", out: "10"), above272k: ("4", "15"),
                maxOutput: 128_000),
            entry(
                "gpt-6.1-terra", rates("1", "0.05", "1.25", long: "2.5", out: "5"), above272k: ("2", "7.5"),
                maxOutput: 128_000),
            entry(
                "gpt-6-luna", rates("0.1", "0.01", "0.125", long: "0.25", out: "0.5"), above272k: ("0.2", "0.75"),
                maxOutput: 128_000),
            entry(
                "gpt-5.6-sol", rates("4", "0.4", "5", long: "10", out: "20"), above272k: ("8", "30"), maxOutput: 128_000
            ),
            entry(
                "gpt-5.6-terra", rates("2", "0.2", "2.5", long: "5", out: "12"), above272k: ("4", "18"),
                maxOutput: 128_000),
            entry(
                "gpt-5.6-luna", rates("0.2", "0.02", "0.25", long: "0.5", out: "1.2"), above272k: ("0.4", "1.8"),
                maxOutput: 128_000),
            entry("gpt-5.5", rates("5", "0.5", out: "30"), above272k: ("10", "45"), maxOutput: 128_000),
            entry("gpt-5.4", rates("2.5", "0.25", out: "15"), above272k: ("5", "22.5"), maxOutput: 128_000),
            entry("gpt-5.4-mini", rates("0.75", "0.075", out: "4.5"), maxOutput: 128_000),
            entry("gpt-5.3-codex", rates("1.75", "0.175", out: "14"), maxOutput: 128_000),
            entry("gpt-5-mini", rates("0.25", "0.025", out: "2"), maxOutput: 128_000),
            entry("gpt-5-nano", rates("0.05", "0.005", out: "0.4"), maxOutput: 128_000),
            entry("gpt-4.1", rates("2", "0.5", out: "8"), window: 1_047_576, maxOutput: 32_768),
            entry("gpt-4o-mini", rates("0.15", "0.075", out: "0.6"), window: 128_000, maxOutput: 16_384),
            entry("gpt-4", rates("30", out: "60"), window: 8192, maxOutput: 8192),
            entry("gpt-4-turbo", rates("10", out: "30"), window: 128_000, maxOutput: 4096),
            entry("gpt-3.5-turbo", rates("0.5", out: "1.5"), window: 16_385, maxOutput: 4096),
        ]
    }

    private static var anthropicPrices: [ModelPrice] {
        let haiku = RateCard(
            base: rates("0.1", "0.01", "0.125", long: "0.2", out: "0.5"),
            longContext: [
                .init(
                    above: 100_000,
                    rates: scaled(rates("0.1", "0.01", "0.125", long: "0.2", out: "0.5"), to: ("0.5", "2.5")))
            ])
        return [
            entry("claude-fable-5-1", rates("10", "0.25", "12.5", long: "20", out: "50"), maxOutput: 128_000),
            entry("claude-opus-5-5", rates("4", "0.2", "5", long: "8", out: "20"), maxOutput: 128_000),
            entry("claude-opus-5", rates("5", "0.5", "6.25", long: "10", out: "25"), maxOutput: 128_000),
            entry("claude-sonnet-5-5", rates("2", "0.1", "2.5", long: "4", out: "10"), maxOutput: 128_000),
            entry("claude-sonnet-4-6", rates("3", "0.3", "3.75", long: "6", out: "15"), maxOutput: 128_000),
            ModelPrice(model: "claude-haiku-5-5", maxOutputTokens: 128_000, standard: haiku),
            entry("claude-haiku-4-5", rates("1", "0.1", "1.25", long: "2", out: "5"), maxOutput: 64_000),
        ]
    }

    private static var otherPrices: [ModelPrice] {
        let grok = rates("2", "0.5", out: "6")
        return [
            entry("gemini/gemini-4-argon", rates("2", "0.1", out: "10"), maxOutput: 1_048_576),
            entry("gemini/gemini-3.8-flash", rates("0.75", "0.075", out: "3.75"), maxOutput: 65_536),
            ModelPrice(
                model: "xai/grok-4.7", maxOutputTokens: 500_000,
                standard: RateCard(
                    base: grok, longContext: [.init(above: 200_000, rates: scaled(grok, to: ("4", "12")))])),
            entry("deepseek-v4-pro", rates("1.32", "0.044", out: "3.96"), maxOutput: 393_216),
        ]
    }

    private static func entry(
        _ model: String, _ base: TokenRates, above272k tier: (input: String, output: String)? = nil,
        window: Int? = nil, maxOutput: Int
    ) -> ModelPrice {
        let longContext = tier.map { [RateCard.LongContext(above: 272_000, rates: scaled(base, to: $0))] }
        return ModelPrice(
            model: model, contextWindow: window, maxOutputTokens: maxOutput,
            standard: RateCard(base: base, longContext: longContext ?? []))
    }

    /// The rates of a long-context tier of which only input and output are published: cache prices keep their ratio to input.
    private static func scaled(_ base: TokenRates, to tier: (input: String, output: String)) -> TokenRates {
        let input = perMillion(tier.input)
        let factor = { (rate: Picodollars) in
            Picodollars((rate.rawValue * input.rawValue + base.input.rawValue - 1) / base.input.rawValue)
        }
        return TokenRates(
            input: input, cachedInput: factor(base.cachedInput), cacheWrite: factor(base.cacheWrite),
            longCacheWrite: factor(base.longCacheWrite), output: perMillion(tier.output))
    }

    private static func rates(
        _ input: String, _ cached: String? = nil, _ write: String? = nil, long: String? = nil, out output: String
    ) -> TokenRates {
        TokenRates(
            input: perMillion(input), cachedInput: cached.map(perMillion), cacheWrite: write.map(perMillion),
            longCacheWrite: long.map(perMillion), output: perMillion(output))
    }

    private static func perMillion(_ dollars: String) -> Picodollars {
        guard let amount = Picodollars(dollars: dollars) else { preconditionFailure("bad price '\(dollars)'") }
        return Picodollars(amount.rawValue / 1_000_000)
    }
}
