import Ledger
import MoonshiftTestSupport
import Testing
import Vocabulary

@testable import Metering

@Suite struct PriceFileTests {
    @Test func theWidelyUsedFormIsRead() throws {
        let price = try requirePrice(
            """
            "litellm_provider": "openai", "mode": "chat", "max_input_tokens": 272000.0, "max_output_tokens": 128000,
            "input_cost_per_token": 2.5e-06, "output_cost_per_token": 1.5e-05, "cache_read_input_token_cost": 2.5e-07,
            "input_cost_per_token_above_272k_tokens": 5e-06, "output_cost_per_token_above_272k_tokens": 2.25e-05,
            "input_cost_per_token_priority": 5e-06, "output_cost_per_token_priority": 3e-05,
            "input_cost_per_token_batches": 1.25e-06, "output_cost_per_token_batches": 7.5e-06,
            "supports_vision": true, "source": "https://example.org", "deprecation_date": "2027-01-01",
            "search_context_cost_per_query": {"search_context_size_low": 0.01}, "input_cost_per_audio_token": 4e-05,
            "google_maps_grounding_cost_per_query": 0.014, "input_dbu_cost_per_token": 0.1,
            "regional_processing_uplift_multiplier_eu": 1.1
            """)
        #expect(price.family == .openai)
        #expect(price.contextWindow == 272_000)
        #expect(price.maxOutputTokens == 128_000)
        let usage = TokenUsage(input: 1000, cachedInput: 400, output: 100)
        #expect(price.cost(of: usage).decimalString == "0.0031")
        #expect(price.cost(of: usage, service: .batches).decimalString == "0.0016")
        #expect(price.cost(of: usage, service: .priority).decimalString == "0.0061")
        #expect(price.cost(of: usage, service: .flex).decimalString == "0.0031")
        #expect(price.cost(of: .init(input: 272_001, output: 2)).decimalString == "1.36005")
    }

    @Test func cacheLifetimesAndReasoningHaveTheirOwnPrices() throws {
        let price = try requirePrice(
            """
            "litellm_provider": "anthropic", "input_cost_per_token": 1e-06, "output_cost_per_token": 5e-06,
            "output_cost_per_reasoning_token": 6e-06, "input_cost_per_token_cache_hit": 1e-07,
            "cache_creation_input_token_cost": 1.25e-06, "cache_creation_input_token_cost_above_1hr": 2e-06,
            "input_cost_per_request": 0.001
            """)
        #expect(price.family == .anthropic)
        let usage = TokenUsage(
            input: 100, cachedInput: 10, cacheWrite: 30, longCacheWrite: 20, output: 50, reasoning: 40)
        // 60 plain, 10 cached, 10 + 20 written, 10 spoken, 40 reasoned, and the request.
        #expect(
            price.cost(of: usage).rawValue == 60_000_000 + 1_000_000 + 12_500_000 + 40_000_000 + 50_000_000
                + 240_000_000 + 1_000_000_000)
    }

    @Test func tieredPricingIsChosenByTheWholeInput() throws {
        let price = try requirePrice(
            """
            "tiered_pricing": [
                {"range": [0, 32000.0], "input_cost_per_token": 1e-06, "output_cost_per_token": 2e-06},
                {"range": [32000.0, 128000.0], "input_cost_per_token": 3e-06, "output_cost_per_token": 4e-06}
            ]
            """)
        #expect(price.cost(of: .init(input: 32_000, output: 1)).rawValue == 32_000_000_000 + 2_000_000)
        #expect(price.cost(of: .init(input: 32_001, output: 1)).rawValue == 96_003_000_000 + 4_000_000)
    }

    @Test(arguments: [
        "\"mode\": \"chat\"", "\"input_cost_per_token\": 1e-06",
        "\"input_cost_per_token\": 0, \"output_cost_per_token\": 0",
        "\"input_cost_per_token\": 0.0, \"output_cost_per_token\": 1e-06",
    ])
    func aZeroOrMissingPriceIsNotFree(fields: String) throws {
        #expect(throws: PriceError.unpriced("m", book: "test")) { try requirePrice(fields) }
    }

    @Test(arguments: [
        "\"input_cost_per_moon\": 1e-06", "\"input_cost_per_token_above_1hr\": 1e-06",
        "\"surprise_pricing\": {\"a\": 1}",
        "\"input_cost_per_token_above_manyk_tokens\": 1e-06", "\"output_cost_per_character\": 1e-06",
    ])
    func aCostOfAnUnknownKindMakesTheModelUnusable(field: String) throws {
        let error = #expect(throws: PriceError.self) {
            try requirePrice("\"input_cost_per_token\": 1e-06, \"output_cost_per_token\": 1e-06, \(field)")
        }
        guard case .unusable = error else {
            Issue.record("expected unusable, got \(String(describing: error))")
            return
        }
    }

    @Test(arguments: ["\"1e-06\"", "-1e-06", "[1]", "1e12"])
    func anAmountThatIsNoneMakesTheModelUnusable(amount: String) throws {
        #expect(throws: PriceError.self) {
            try requirePrice("\"input_cost_per_token\": \(amount), \"output_cost_per_token\": 1e-06")
        }
    }

    @Test func whatIsNoTextModelIsLeftOut() throws {
        let book = try read(
            """
            {"sample_spec": {"mode": "one of chat", "input_cost_per_token": "dollars"}, "fallback_generalizations": {"rules": []},
            "embed": {"mode": "embedding", "input_cost_per_token": 1e-06}, "odd": 7,
            "p/m": {"mode": "responses", "input_cost_per_token": 1e-06, "output_cost_per_token": 1e-06}}
            """)
        #expect(book.count == 1)
        #expect(book.price(of: "p/m") != nil)
        #expect(book.price(of: "m") == nil)
        #expect(throws: PriceError.unknownModel("embed", book: "test")) { try book.requirePrice(of: "embed") }
        #expect(throws: PriceError.self) { try book.requirePrice(of: "odd") }
    }

    @Test(arguments: ["", "[]", "{", "7"])
    func whatIsNoPriceFileIsSaid(text: String) {
        #expect(throws: PriceError.self) { try read(text) }
    }

    @Test func aFileIsLoadedByItsPath() throws {
        let folder = try TemporaryDirectory("prices")
        let path = try folder.write(
            #"{"m": {"input_cost_per_token": 1e-06, "output_cost_per_token": 2e-06}}"#, to: "prices.json")
        #expect(try PriceBook.load(path: path).count == 1)
        #expect(throws: PriceError.self) { try PriceBook.load(path: folder.path(of: "none.json")) }
    }

    @Test(
        arguments: [
            (1e-06, 1_000_000), (2.5e-07, 250_000), (1.2345e-06, 1_234_500), (1e-12, 1), (1e-13, 1),
            (3.00000001e-06, 3_000_001),
            (0, 0), (0.01, 10_000_000_000), (15, 15_000_000_000_000), (1.5, 1_500_000_000_000), (0.1, 100_000_000_000),
            (4.4e-08, 44_000), (1e-300, 1), (7.5e-06, 7_500_000),
        ] as [(Double, Int64)])
    func amountsOfAFileAreExactAndRoundUp(dollars: Double, picodollars: Int64) {
        #expect(Picodollars(dollars: dollars) == Picodollars(picodollars))
    }

    @Test(arguments: [-1.0, .infinity, .nan, 1e9, 1e300])
    func amountsOutOfRangeAreNone(dollars: Double) {
        #expect(Picodollars(dollars: dollars) == nil)
    }

    private func read(_ text: String) throws -> PriceBook {
        try PriceBook.read(Array(text.utf8), name: "test")
    }

    private func requirePrice(_ fields: String) throws -> ModelPrice {
        try read("{\"m\": {\(fields)}}").requirePrice(of: "m")
    }
}
