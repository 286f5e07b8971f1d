import Foundation
import Vocabulary

/// What a price file says of one model.
enum PriceFileReading: Equatable, Sendable {
    case price(ModelPrice)
    /// No price above zero for input or output.
    case unpriced
    case unusable(reason: String)
}

extension PriceBook {
    /// Reads prices in the widely used form of one JSON object with one entry for each model.
    ///
    /// Amounts are US dollars for one token. Entries that are not for text in and text out are left out; a model with costs
    /// of a kind that is not known is kept as one that cannot be used. `"free": true` says that a model costs nothing; a price
    /// of zero does not, because such files have zeros where nobody looked.
    /// - Parameter path: The file.
    /// - Returns: The book, named after the file.
    /// - Throws: ``PriceError/cannotRead(path:reason:)``.
    /// - SeeAlso: https://github.com/BerriAI/litellm/blob/main/model_prices_and_context_window.json
    package static func load(path: String) throws(PriceError) -> PriceBook {
        guard let data = FileManager.default.contents(atPath: path) else {
            throw .cannotRead(path: path, reason: "there is no such file, or it may not be read")
        }
        return try read(Array(data), name: path)
    }

    /// Reads a price file's bytes; see ``load(path:)``.
    ///
    /// - Throws: ``PriceError/cannotRead(path:reason:)``.
    package static func read(_ bytes: [UInt8], name: String) throws(PriceError) -> PriceBook {
        let object: Any
        do {
            object = try JSONSerialization.jsonObject(with: Data(bytes))
        } catch {
            throw .cannotRead(path: name, reason: "it is no JSON")
        }
        guard let models = object as? [String: Any] else {
            throw .cannotRead(path: name, reason: "its outermost value is no object")
        }
        var readings: [String: PriceFileReading] = [:]
        for (model, entry) in models where !PriceFile.otherKeys.contains(model) {
            guard let fields = entry as? [String: Any] else {
                readings[model] = .unusable(reason: "its entry is no object")
                continue
            }
            readings[model] = PriceFile.reading(model, fields)
        }
        return PriceBook(name: name, readings: readings)
    }
}

/// The rules of the price file's entries.
enum PriceFile {
    /// Keys of the outermost object that are no models.
    static let otherKeys: Set<String> = ["sample_spec", "fallback_generalizations"]

    /// What an entry says; nil when the model does something else than text in and text out.
    static func reading(_ model: String, _ fields: [String: Any]) -> PriceFileReading? {
        if let mode = fields["mode"] as? String, !["chat", "responses", "completion"].contains(mode) { return nil }
        do {
            return try price(model, fields).map(PriceFileReading.price) ?? .unpriced
        } catch {
            return .unusable(reason: error.reason)
        }
    }

    private struct Fault: Error {
        var reason: String
    }

    private static func price(_ model: String, _ fields: [String: Any]) throws(Fault) -> ModelPrice? {
        if fields["free"] as? Bool == true { return .free(model) }
        var amounts: [PriceKey: Picodollars] = [:]
        var perRequest = Picodollars.zero
        for (name, value) in fields.sorted(by: { $0.key < $1.key }) where PriceKey.isMoney(name) {
            if PriceKey.isInapplicable(name) || value is NSNull { continue }
            if name == "input_cost_per_request" {
                perRequest = try amount(value, name)
            } else if let key = PriceKey(name) {
                amounts[key] = try amount(value, name)
            } else if name != "tiered_pricing", try !isZero(value) {
                throw Fault(reason: "it has a cost of an unknown kind, '\(name)'")
            }
        }
        if let tiers = fields["tiered_pricing"] { try addTiers(tiers, to: &amounts) }
        guard let standard = card(amounts, .standard, fallback: [:]) else { return nil }
        var services: [ServiceTier: RateCard] = [:]
        for service in ServiceTier.allCases where amounts.keys.contains(where: { $0.service == service }) {
            services[service] = card(amounts, service, fallback: amounts)
        }
        services[.standard] = nil
        return ModelPrice(
            model: model, family: ModelFamily(model: model, provider: fields["litellm_provider"] as? String),
            contextWindow: count(fields["max_input_tokens"]), maxOutputTokens: count(fields["max_output_tokens"]),
            perRequest: perRequest, standard: standard, services: services)
    }

    /// The card of one way of service; what it does not price costs as in the standard one. nil when it is unpriced.
    private static func card(
        _ amounts: [PriceKey: Picodollars], _ service: ServiceTier, fallback: [PriceKey: Picodollars]
    ) -> RateCard? {
        let find = { (kind: PriceKey.Kind, above: Int, isLong: Bool) -> Picodollars? in
            let key = PriceKey(kind: kind, isLongCache: isLong, above: above, service: service)
            var plain = key
            plain.service = .standard
            return amounts[key] ?? fallback[plain]
        }
        guard let input = find(.input, 0, false), let output = find(.output, 0, false), input > .zero, output > .zero
        else { return nil }
        let base = TokenRates(
            input: input, cachedInput: find(.cachedInput, 0, false), cacheWrite: find(.cacheWrite, 0, false),
            longCacheWrite: find(.cacheWrite, 0, true), output: output, reasoning: find(.reasoning, 0, false))
        let starts = Set(amounts.keys.filter { $0.service == service || !fallback.isEmpty }.map(\.above)).subtracting([
            0
        ])
        let tiers = starts.sorted().map { above in
            let tierInput = find(.input, above, false) ?? base.input
            // A tier that names no price for cached or written tokens charges them as its plain input, at least.
            return RateCard.LongContext(
                above: above,
                rates: TokenRates(
                    input: tierInput, cachedInput: find(.cachedInput, above, false) ?? tierInput,
                    cacheWrite: find(.cacheWrite, above, false) ?? max(tierInput, base.cacheWrite),
                    longCacheWrite: find(.cacheWrite, above, true) ?? max(tierInput, base.longCacheWrite),
                    output: find(.output, above, false) ?? base.output,
                    reasoning: find(.reasoning, above, false)
                        ?? max(base.reasoning, find(.output, above, false) ?? .zero)))
        }
        return RateCard(base: base, longContext: tiers)
    }

    /// `tiered_pricing`: a list of ranges of input tokens, each with its own rates.
    private static func addTiers(_ value: Any, to amounts: inout [PriceKey: Picodollars]) throws(Fault) {
        guard let tiers = value as? [[String: Any]] else { throw Fault(reason: "'tiered_pricing' is no list") }
        for tier in tiers {
            guard let range = tier["range"] as? [Any], let first = range.first.flatMap({ count($0) }) else {
                throw Fault(reason: "a tier of 'tiered_pricing' has no range")
            }
            for (name, value) in tier where PriceKey.isMoney(name) && !PriceKey.isInapplicable(name) {
                guard var key = PriceKey(name), key.above == 0 else {
                    throw Fault(reason: "a tier has a cost of an unknown kind, '\(name)'")
                }
                key.above = first
                amounts[key] = try amount(value, name)
            }
        }
    }

    private static func isZero(_ value: Any) throws(Fault) -> Bool {
        (value as? NSNumber).map { $0.doubleValue == 0 } ?? false
    }

    private static func amount(_ value: Any, _ name: String) throws(Fault) -> Picodollars {
        guard let number = value as? NSNumber, let amount = Picodollars(dollars: number.doubleValue) else {
            throw Fault(reason: "'\(name)' is no amount")
        }
        return amount
    }

    private static func count(_ value: Any?) -> Int? {
        (value as? NSNumber).flatMap { Int(exactly: $0.doubleValue) }
    }
}
