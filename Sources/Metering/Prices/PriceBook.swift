import Vocabulary

/// Why a model's price cannot be used.
package enum PriceError: Error, Equatable, Sendable {
    /// The book does not know the model.
    case unknownModel(String, book: String)
    /// The book knows the model but gives no price above zero for input or output.
    case unpriced(String, book: String)
    /// The model has costs that cannot be bounded.
    case unusable(String, book: String, reason: String)
    case cannotRead(path: String, reason: String)
}

extension PriceError: CustomStringConvertible {
    package var description: String {
        switch self {
        case .unknownModel(let model, let book):
            "model '\(model)' has no price in \(book), so no cap can hold. \(Self.advice)"
        case .unpriced(let model, let book):
            "model '\(model)' has no price above zero in \(book), so no cap can hold. \(Self.advice)"
        case .unusable(let model, let book, let reason):
            "the price of model '\(model)' in \(book) cannot be used: \(reason). \(Self.advice)"
        case .cannotRead(let path, let reason):
            "cannot read the price file \(path): \(reason). It is a JSON object with one entry for each model."
        }
    }

    private static let advice =
        "Name a price file that has it with --prices; there, `\"free\": true` says that it costs nothing."
}

/// The prices of models, with where they are from.
package struct PriceBook: Equatable, Sendable {
    fileprivate enum Entry: Equatable, Sendable {
        case price(ModelPrice)
        case unpriced
        case unusable(reason: String)
    }

    /// What to call the book in messages: `the built-in prices of 2026-11-22`, or a path.
    package let name: String
    /// The day that the prices are of, `2026-11-22`; nil when a file does not say.
    package let date: String?
    /// A fingerprint of all prices, 16 hexadecimal digits, the same on every machine.
    package private(set) var digest: String
    private var entries: [String: Entry]

    /// Makes a book of these prices.
    package init(name: String, date: String?, prices: [ModelPrice]) {
        self.name = name
        self.date = date
        entries = Dictionary(prices.map { ($0.model, .price($0)) }, uniquingKeysWith: { $1 })
        digest = ""
        digest = fingerprint
    }

    init(name: String, readings: [String: PriceFileReading]) {
        self.name = name
        date = nil
        entries = readings.mapValues { reading in
            switch reading {
            case .price(let price): .price(price)
            case .unpriced: .unpriced
            case .unusable(let reason): .unusable(reason: reason)
            }
        }
        digest = ""
        digest = fingerprint
    }

    /// How many models have a price that can be used.
    package var count: Int {
        entries.values.count { if case .price = $0 { true } else { false } }
    }

    /// The price of a model under exactly this name; nil when there is none that can be used.
    package func price(of model: String) -> ModelPrice? {
        if case .price(let price) = entries[model] { price } else { nil }
    }

    /// The price of a model, or why there is none.
    ///
    /// - Throws: ``PriceError/unknownModel(_:book:)``, ``PriceError/unpriced(_:book:)``, ``PriceError/unusable(_:book:reason:)``.
    package func requirePrice(of model: String) throws(PriceError) -> ModelPrice {
        switch entries[model] {
        case .price(let price): return price
        case .unpriced: throw .unpriced(model, book: name)
        case .unusable(let reason): throw .unusable(model, book: name, reason: reason)
        case nil: throw .unknownModel(model, book: name)
        }
    }

    /// The book with more prices, which replace those of the same names.
    package func adding(_ prices: [ModelPrice]) -> PriceBook {
        var book = self
        for price in prices { book.entries[price.model] = .price(price) }
        book.digest = book.fingerprint
        return book
    }

    /// FNV-1a over the sorted entries: tells books apart, and is no protection against a forger.
    private var fingerprint: String {
        let text = entries.sorted { $0.key < $1.key }.map { "\($0.key)=\($0.value.summary)\n" }.joined()
        let hash = text.utf8.reduce(0xcbf2_9ce4_8422_2325 as UInt64) { ($0 ^ UInt64($1)) &* 0x100_0000_01b3 }
        let digits = String(hash, radix: 16)
        return String(repeating: "0", count: 16 - digits.count) + digits
    }
}

extension PriceBook.Entry {
    fileprivate var summary: String {
        switch self {
        case .price(let price): price.summary
        case .unpriced: "unpriced"
        case .unusable(let reason): "unusable \(reason)"
        }
    }
}

extension ModelPrice {
    fileprivate var summary: String {
        let cards = [("standard", standard)] + services.map { ($0.key.rawValue, $0.value) }.sorted { $0.0 < $1.0 }
        let limits = "\(family.rawValue) \(contextWindow ?? 0) \(maxOutputTokens ?? 0) \(perRequest.rawValue) \(isFree)"
        return ([limits] + cards.map { "\($0.0) \($0.1.summary)" }).joined(separator: " ")
    }
}

extension RateCard {
    fileprivate var summary: String {
        ([base.summary] + longContext.map { ">\($0.above) \($0.rates.summary)" }).joined(separator: " ")
    }
}

extension TokenRates {
    fileprivate var summary: String {
        [input, cachedInput, cacheWrite, longCacheWrite, output, reasoning].map { "\($0.rawValue)" }.joined(
            separator: ",")
    }
}
