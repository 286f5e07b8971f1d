/// When and how long the client waits before it sends a call again.
///
/// - SeeAlso: `_base_client.py` of OpenAI's Python SDK: order of the headers, 0.5 s doubled up to 8 s, up to a quarter less.
package struct RetryPolicy: Hashable, Sendable {
    /// Further HTTP attempts after the first, for failures that may have cost money.
    package var limit = 4
    /// Further HTTP attempts after a 429, which costs nothing: a full bucket is a pause, not a failure.
    package var rateLimitLimit = 16
    package var firstDelay: Duration = .milliseconds(500)
    package var longestOwnDelay: Duration = .seconds(8)
    /// A server that asks for a longer wait than this is not waited for.
    package var longestServerDelay: Duration = .seconds(120)
    /// The same for 429: a quota may take an hour to open again.
    package var longestRateLimitDelay: Duration = .seconds(3_600)

    package init() {}

    /// How long to wait before another attempt.
    ///
    /// - Parameters:
    ///   - retry: Which retry this is among those of its kind, 0 for the first.
    ///   - asked: What the server asked for; nil when it did not.
    ///   - isRateLimit: Whether the attempt was refused with 429.
    ///   - jitter: A random number from 0 up to 1.
    /// - Returns: nil when the server asks for more than is waited for.
    package func delay(retry: Int, asked: Duration?, isRateLimit: Bool, jitter: Double) -> Duration? {
        if let asked {
            return asked <= (isRateLimit ? longestRateLimitDelay : longestServerDelay) ? asked : nil
        }
        let doubled = firstDelay * Double(1 << min(max(retry, 0), 30))
        return min(doubled, longestOwnDelay) * (1 - 0.25 * jitter)
    }
}
