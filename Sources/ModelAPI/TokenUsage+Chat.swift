import Ledger
import Vocabulary

extension TokenUsage {
    /// Reads the `usage` of a chat completion.
    ///
    /// The result is nil for counts that cannot be true (no input, nothing written in an answer that has text, negative): a
    /// call settled by them would be too cheap.
    ///
    /// - Parameters:
    ///   - usage: The object as it was sent.
    ///   - hasOutput: Whether the answer holds anything.
    init?(chatUsage usage: Value, hasOutput: Bool) {
        guard let input = usage["prompt_tokens"]?.integerValue, input > 0 else { return nil }
        let output = usage["completion_tokens"]?.integerValue ?? 0
        guard output > 0 || output == 0 && !hasOutput else { return nil }
        let details = usage["prompt_tokens_details"]
        let cached = min(max(details?["cached_tokens"]?.integerValue ?? 0, 0), input)
        let written = min(max(details?["cache_write_tokens"]?.integerValue ?? 0, 0), input - cached)
        let reasoning = usage["completion_tokens_details"]?["reasoning_tokens"]?.integerValue ?? 0
        self.init(
            input: input, cachedInput: cached, cacheWrite: written, output: output,
            reasoning: min(max(reasoning, 0), output))
    }
}
