import Synchronization

/// The vendor's own rate limit: two buckets, requests and tokens, that refill without pause.
final class RequestBucket: Sendable {
    /// What the buckets say after a request was let in or refused.
    struct Reading: Equatable, Sendable {
        var isAllowed: Bool
        var remainingRequests: Int
        var remainingTokens: Int
        /// How long until the request would be let in; zero when it was.
        var wait: Duration
    }

    private struct State {
        var requests: Double
        var tokens: Double
        var updated: ContinuousClock.Instant?
    }

    let limit: SimulatedRateLimit
    private let state: Mutex<State>

    init(limit: SimulatedRateLimit) {
        self.limit = limit
        state = Mutex(State(requests: Double(limit.requestsPerMinute), tokens: Double(limit.tokensPerMinute)))
    }

    /// Takes one request and its tokens out, or nothing when either does not fit.
    func take(tokens: Int, now: ContinuousClock.Instant) -> Reading {
        state.withLock { state in
            let minutes = state.updated.map { (now - $0) / .seconds(60) } ?? 0
            let (requestRate, tokenRate) = (Double(limit.requestsPerMinute), Double(limit.tokensPerMinute))
            state.updated = now
            state.requests = min(requestRate, state.requests + minutes * requestRate)
            state.tokens = min(tokenRate, state.tokens + minutes * tokenRate)
            // A request above the whole limit is let in by a full bucket; else it could never be.
            let needed = min(Double(tokens), tokenRate)
            let missing = max((1 - state.requests) / requestRate, (needed - state.tokens) / tokenRate)
            if missing <= 0 {
                state.requests -= 1
                state.tokens -= needed
            }
            return Reading(
                isAllowed: missing <= 0, remainingRequests: Int(state.requests), remainingTokens: Int(state.tokens),
                wait: .seconds(60) * max(0, missing))
        }
    }
}

/// How much a simulated vendor takes per minute.
package struct SimulatedRateLimit: Equatable, Sendable {
    package var requestsPerMinute: Int
    package var tokensPerMinute: Int

    /// - Parameters:
    ///   - requestsPerMinute: 1 at least.
    ///   - tokensPerMinute: 1 at least; prompts only are counted.
    package init(requestsPerMinute: Int, tokensPerMinute: Int) {
        self.requestsPerMinute = max(1, requestsPerMinute)
        self.tokensPerMinute = max(1, tokensPerMinute)
    }

    /// More than any test machine can send.
    package static let ample = SimulatedRateLimit(requestsPerMinute: 60_000_000, tokensPerMinute: 60_000_000_000)
}
