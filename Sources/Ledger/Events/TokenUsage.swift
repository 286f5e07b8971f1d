/// The tokens of one model call as its vendor counted them, brought to one form.
///
/// `input` is everything that was read: it includes `cachedInput` and `cacheWrite`. `output` includes `reasoning`.
package struct TokenUsage: Codable, Equatable, Sendable {
    package var input: Int
    package var cachedInput: Int
    package var cacheWrite: Int
    /// The part of `cacheWrite` that is kept for the longer, dearer time that a vendor offers (an hour or more).
    package var longCacheWrite: Int
    package var output: Int
    package var reasoning: Int

    package static let zero = TokenUsage(input: 0, output: 0)

    package init(
        input: Int, cachedInput: Int = 0, cacheWrite: Int = 0, longCacheWrite: Int = 0, output: Int, reasoning: Int = 0
    ) {
        self.input = input
        self.cachedInput = cachedInput
        self.cacheWrite = cacheWrite
        self.longCacheWrite = longCacheWrite
        self.output = output
        self.reasoning = reasoning
    }

    package init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        let optional = { (key: CodingKeys) in try container.decodeIfPresent(Int.self, forKey: key) ?? 0 }
        self.init(
            input: try container.decode(Int.self, forKey: .input), cachedInput: try optional(.cachedInput),
            cacheWrite: try optional(.cacheWrite), longCacheWrite: try optional(.longCacheWrite),
            output: try container.decode(Int.self, forKey: .output), reasoning: try optional(.reasoning))
    }

    package static func + (left: Self, right: Self) -> Self {
        TokenUsage(
            input: left.input + right.input, cachedInput: left.cachedInput + right.cachedInput,
            cacheWrite: left.cacheWrite + right.cacheWrite,
            longCacheWrite: left.longCacheWrite + right.longCacheWrite, output: left.output + right.output,
            reasoning: left.reasoning + right.reasoning)
    }

    private enum CodingKeys: String, CodingKey {
        case input, output, reasoning
        case cachedInput = "cached_input"
        case cacheWrite = "cache_write"
        case longCacheWrite = "long_cache_write"
    }
}
