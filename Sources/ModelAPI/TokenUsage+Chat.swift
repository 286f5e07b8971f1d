import Ledger
import Vocabulary

extension TokenUsage {
    private static let countLimit = 1_000_000_000

    /// Reads the `usage` of a chat completion.
    ///
    /// The result is nil for counts that cannot be true (no input, nothing written in an answer that has text, negative, more
    /// than any model reads or writes): a call settled by them would be too cheap, or far too dear.
    ///
    /// - Parameters:
    ///   - usage: The object as it was sent.
    ///   - hasOutput: Whether the answer holds anything.
    init?(chatUsage usage: Value, hasOutput: Bool) {
        guard let input = usage["prompt_tokens"]?.integerValue, (1...Self.countLimit).contains(input) else {
            return nil
        }
        let output = usage["completion_tokens"]?.integerValue ?? 0
        guard output <= Self.countLimit, output > 0 || output == 0 && !hasOutput else { return nil }
        let details = usage["prompt_tokens_details"]
        let cached = min(max(details?["cached_tokens"]?.integerValue ?? 0, 0), input)
        let written = min(max(details?["cache_write_tokens"]?.integerValue ?? 0, 0), input - cached)
        let reasoning = usage["completion_tokens_details"]?["reasoning_tokens"]?.integerValue ?? 0
        self.init(
            input: input, cachedInput: cached, cacheWrite: written, output: output,
            reasoning: min(max(reasoning, 0), output))
    }
}
