import Foundation
import Metering
import ModelAPI
import Vocabulary

/// Which server models are called on, and what they cost.
struct ModelSetup {
    var endpoint: ModelEndpoint
    var prices: PriceBook

    static let standardBaseURL = "https://api.openai.com/v1"

    init(endpoint: ModelEndpoint, prices: PriceBook) {
        self.endpoint = endpoint
        self.prices = prices
    }

    /// Reads `OPENAI_BASE_URL` and `OPENAI_API_KEY`, and the price file if one is named.
    ///
    /// - Throws: ``CommandFailure`` without a key for the vendor's own server; other servers may need none. ``PriceError``.
    init(options: RunOptions, needsKey: Bool, context: CommandContext) throws {
        let base = context.variable("OPENAI_BASE_URL") ?? Self.standardBaseURL
        let key = context.variable("OPENAI_API_KEY")
        guard base.hasPrefix("http://") || base.hasPrefix("https://") else {
            throw CommandFailure(.usage, "OPENAI_BASE_URL must start with http:// or https://, not '\(base)'")
        }
        guard let host = URL(string: base, encodingInvalidCharacters: false)?.host(), !host.isEmpty else {
            throw CommandFailure(.usage, "OPENAI_BASE_URL is no address of a server: '\(base)'")
        }
        if needsKey, key == nil, base == Self.standardBaseURL {
            throw CommandFailure(
                .unavailable,
                """
                no API key: set OPENAI_API_KEY, or OPENAI_BASE_URL for a server that needs none. \
                `moonshift demo` works without either.
                """)
        }
        endpoint = ModelEndpoint(baseURL: base, apiKey: key.map { Secret($0) })
        prices = try options.prices.map { try PriceBook.load(path: context.absolute($0)) } ?? .standard
    }

    /// One line about where prices come from, for the start of a run.
    func priceLine(model: String) throws -> String {
        let price = try prices.requirePrice(of: model)
        let rates = price.standard.base
        let million = 1_000_000
        return """
            model \(model): \(rates.input * million) in, \(rates.output * million) out per million tokens \
            (\(prices.name), \(prices.digest.prefix(12)))
            """
    }
}
