package import Ledger
package import Vocabulary

/// The way of service that a vendor says it used for a call; each can have its own prices.
package enum ServiceTier: String, CaseIterable, Codable, Sendable {
    case standard, priority, flex, batches, ultrafast, balanced
}

/// What calls of one model cost in one way of service.
package struct RateCard: Equatable, Sendable {
    /// Rates for the whole request from a number of input tokens on.
    package struct LongContext: Equatable, Sendable {
        /// The rates hold for requests with more input tokens than this.
        package var above: Int
        package var rates: TokenRates

        package init(above: Int, rates: TokenRates) {
            self.above = above
            self.rates = rates
        }
    }

    package var base: TokenRates
    /// By rising ``LongContext/above``.
    package private(set) var longContext: [LongContext]

    package init(base: TokenRates, longContext: [LongContext] = []) {
        self.base = base
        self.longContext = longContext.sorted { $0.above < $1.above }
    }

    /// The rates of a request with this many input tokens; the tier holds for all of its tokens.
    package func rates(inputTokens: Int) -> TokenRates {
        longContext.last { inputTokens > $0.above }?.rates ?? base
    }

    /// The most that a request can cost with up to this many tokens, at the dearest tier within reach.
    package func worstCost(inputTokens: Int, outputTokens: Int, writesLongCache: Bool) -> Picodollars {
        let reachable = [base] + longContext.filter { inputTokens > $0.above }.map(\.rates)
        let costs = reachable.map {
            $0.worstCost(inputTokens: inputTokens, outputTokens: outputTokens, writesLongCache: writesLongCache)
        }
        return costs.max() ?? .zero
    }
}

/// What a model costs and how large its requests can be.
package struct ModelPrice: Equatable, Sendable {
    /// The name that requests use.
    package var model: String
    package var family: ModelFamily
    /// The most tokens that a request can have, input and output together; nil when not known.
    package var contextWindow: Int?
    /// The most tokens that an answer can have; nil when not known.
    package var maxOutputTokens: Int?
    package var perRequest: Picodollars
    package var standard: RateCard
    /// Prices of other ways of service; a missing one costs as ``standard``.
    package var services: [ServiceTier: RateCard]
    /// Whether the user said that the model costs nothing.
    package var isFree: Bool

    package init(
        model: String, family: ModelFamily? = nil, contextWindow: Int? = nil, maxOutputTokens: Int? = nil,
        perRequest: Picodollars = .zero, standard: RateCard, services: [ServiceTier: RateCard] = [:],
        isFree: Bool = false
    ) {
        self.model = model
        self.family = family ?? ModelFamily(model: model)
        self.contextWindow = contextWindow
        self.maxOutputTokens = maxOutputTokens
        self.perRequest = perRequest
        self.standard = standard
        self.services = services
        self.isFree = isFree
    }

    /// A model that the user said costs nothing, such as one on their own machine.
    package static func free(_ model: String) -> ModelPrice {
        ModelPrice(model: model, standard: RateCard(base: TokenRates(input: .zero, output: .zero)), isFree: true)
    }

    /// The exact cost of a call.
    ///
    /// - Parameters:
    ///   - usage: The tokens as the vendor counted them; their total input decides the long-context tier.
    ///   - service: The way of service that the vendor reported.
    /// - Returns: The price, to the picodollar.
    package func cost(of usage: TokenUsage, service: ServiceTier = .standard) -> Picodollars {
        let total = max(usage.input, usage.cachedInput + usage.cacheWrite)
        return perRequest + card(service).rates(inputTokens: total).cost(of: usage)
    }

    /// The most that one call can cost.
    ///
    /// - Parameters:
    ///   - inputBound: As many input tokens as the request can possibly have, see ``InputBound``.
    ///   - outputCap: The limit on output tokens that the request itself names.
    ///   - answers: How many answers it asks for (`n`).
    ///   - service: The way of service that the request asks for by name.
    ///   - writesLongCache: Whether it asks for a cache that is kept for an hour or more.
    /// - Returns: An amount that no such call can pass.
    package func worstCase(
        inputBound: Int, outputCap: Int, answers: Int = 1, service: ServiceTier = .standard,
        writesLongCache: Bool = false
    ) -> Picodollars {
        // Longer prompts are refused by the vendor, unbilled.
        let input = contextWindow.map { min($0, inputBound) } ?? inputBound
        let (output, overflow) = max(0, outputCap).multipliedReportingOverflow(by: max(1, answers))
        return perRequest
            + card(service).worstCost(
                inputTokens: input, outputTokens: overflow ? .max : output, writesLongCache: writesLongCache)
    }

    private func card(_ service: ServiceTier) -> RateCard {
        services[service] ?? standard
    }
}
