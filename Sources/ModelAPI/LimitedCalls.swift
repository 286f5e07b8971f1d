import Ledger
package import Metering

/// The run's rate limiter as the client of a model uses it.
package struct LimitedCalls: CallPacer {
    private let limiter: RateLimiter
    private let baseURL: String
    private let now: @Sendable () -> Int64

    /// Makes the pacer of one server.
    ///
    /// - Parameters:
    ///   - limiter: Shared by all clients of the run.
    ///   - baseURL: The server, as its limits are keyed.
    ///   - now: Milliseconds since 1970, for headers that name a point in time.
    package init(
        limiter: RateLimiter, baseURL: String, now: @escaping @Sendable () -> Int64 = { UTCTime.now() }
    ) {
        self.limiter = limiter
        self.baseURL = baseURL
        self.now = now
    }

    package func wait(model: String, tokens: Int) async throws(CancellationError) -> RatePermit {
        do {
            return try await limiter.wait(for: RateKey(baseURL: baseURL, model: model), tokens: tokens)
        } catch {
            // The limiter throws nothing else.
            throw CancellationError()
        }
    }

    package func finish(_ permit: RatePermit, _ observation: PaceObservation) {
        if !observation.headers.isEmpty {
            limiter.observe(RateHeaders(now: now()) { observation.headers[$0] }, for: permit.key)
        }
        limiter.finish(permit, outcome(observation))
    }

    private func outcome(_ observation: PaceObservation) -> RateOutcome {
        if observation.isAnswered { return .answered(tokens: observation.tokens) }
        return observation.status == 429
            ? .limited(retryAfter: observation.retryAfter) : .failed(retryAfter: observation.retryAfter)
    }
}
