/// The name of a price in a price file, taken apart.
///
/// Its grammar is `<base>[_above_1hr|_above_12hr][_above_<N>k_tokens][_priority|_flex|_batches|_ultrafast|_balanced]`.
struct PriceKey: Hashable, Sendable {
    enum Kind: Hashable, Sendable {
        case input, output, reasoning, cachedInput, cacheWrite
    }

    var kind: Kind
    /// Whether it is for a cache that is kept for an hour or more.
    var isLongCache: Bool
    /// In tokens; 0: for every size.
    var above: Int
    var service: ServiceTier

    init(kind: Kind, isLongCache: Bool = false, above: Int = 0, service: ServiceTier = .standard) {
        self.kind = kind
        self.isLongCache = isLongCache
        self.above = above
        self.service = service
    }

    /// - Returns: nil when the name is not of the grammar.
    init?(_ name: String) {
        var rest = Substring(name)
        var service = ServiceTier.standard
        for tier in ServiceTier.allCases where rest.hasSuffix("_\(tier.rawValue)") {
            service = tier
            rest = rest.dropLast(tier.rawValue.count + 1)
        }
        var above = 0
        if rest.hasSuffix("k_tokens"), let start = rest.ranges(of: "_above_").last {
            guard let thousands = Int(rest[start.upperBound...].dropLast("k_tokens".count)) else { return nil }
            above = thousands * 1000
            rest = rest[..<start.lowerBound]
        }
        var isLongCache = false
        for suffix in ["_above_1hr", "_above_12hr"] where rest.hasSuffix(suffix) {
            isLongCache = true
            rest = rest.dropLast(suffix.count)
        }
        guard let kind = Self.kinds[String(rest)], !isLongCache || kind == .cacheWrite else { return nil }
        self.init(kind: kind, isLongCache: isLongCache, above: above, service: service)
    }

    /// Whether a field of an entry is about money at all.
    static func isMoney(_ name: String) -> Bool {
        name.contains("cost") || name.contains("price") || name.contains("pricing")
    }

    /// Whether a cost cannot occur, because no request of ours has what it is for.
    ///
    /// Requests are text with function tools: no pictures, sound, film, stored files or tools that the vendor runs.
    /// Databricks' units (`dbu`) say the same as the dollars beside them.
    /// `off_peak_pricing` only ever lowers a price, so the plain one is a bound and the charge.
    static func isInapplicable(_ name: String) -> Bool {
        let media = [
            "audio", "image", "video", "pixel", "per_second", "per_page", "search", "grounding", "code_interpreter",
            "vector_store",
        ]
        return media.contains { name.contains($0) } || name == "off_peak_pricing" || name.hasPrefix("computer_use_")
            || name.contains("_session") || name.contains("_dbu_cost_")
    }

    private static let kinds: [String: Kind] = [
        "input_cost_per_token": .input,
        "output_cost_per_token": .output,
        "output_cost_per_reasoning_token": .reasoning,
        "cache_read_input_token_cost": .cachedInput,
        "input_cost_per_token_cache_hit": .cachedInput,
        "cache_creation_input_token_cost": .cacheWrite,
    ]
}
