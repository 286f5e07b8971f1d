package import Ledger
package import Vocabulary

/// What one token costs, by what is done with it.
package struct TokenRates: Equatable, Sendable {
    package var input: Picodollars
    package var cachedInput: Picodollars
    package var cacheWrite: Picodollars
    /// Writing to a cache that is kept for an hour or more.
    package var longCacheWrite: Picodollars
    package var output: Picodollars
    package var reasoning: Picodollars

    /// A rate that is not given is the one of the plain tokens that it is a kind of.
    package init(
        input: Picodollars, cachedInput: Picodollars? = nil, cacheWrite: Picodollars? = nil,
        longCacheWrite: Picodollars? = nil, output: Picodollars, reasoning: Picodollars? = nil
    ) {
        self.input = input
        self.cachedInput = cachedInput ?? input
        self.cacheWrite = cacheWrite ?? input
        self.longCacheWrite = longCacheWrite ?? cacheWrite ?? input
        self.output = output
        self.reasoning = reasoning ?? output
    }

    /// The exact cost of a call's tokens at these rates.
    ///
    /// Counts that contradict each other, such as more cached than read tokens, are charged for whatever costs more.
    package func cost(of usage: TokenUsage) -> Picodollars {
        let cached = max(0, usage.cachedInput)
        let written = max(0, usage.cacheWrite)
        let longWritten = min(written, max(0, usage.longCacheWrite))
        let plain = max(0, usage.input - cached - written)
        let reasoned = max(0, usage.reasoning)
        let spoken = max(0, usage.output - reasoned)
        return input * plain + cachedInput * cached + cacheWrite * (written - longWritten)
            + longCacheWrite * longWritten + output * spoken + reasoning * reasoned
    }

    /// The most that this many tokens can cost, whatever is done with them; the longer cache only if it was asked for.
    package func worstCost(inputTokens: Int, outputTokens: Int, writesLongCache: Bool) -> Picodollars {
        let dearestWrite = writesLongCache ? max(cacheWrite, longCacheWrite) : cacheWrite
        let dearestInput = max(max(input, cachedInput), dearestWrite)
        return dearestInput * max(0, inputTokens) + max(output, reasoning) * max(0, outputTokens)
    }
}
