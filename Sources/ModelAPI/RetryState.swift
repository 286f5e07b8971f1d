/// Counts the attempts of one call and decides whether there is another one.
struct RetryState {
    enum Action: Equatable {
        case wait(Duration)
        case giveUp(ModelCallError)
    }

    private let policy: RetryPolicy
    private let host: String
    private var failures = 0
    private var rateLimits = 0

    init(policy: RetryPolicy, host: String) {
        self.policy = policy
        self.host = host
    }

    /// Takes a failed attempt.
    ///
    /// - Parameters:
    ///   - failure: What went wrong.
    ///   - asked: The wait that the server asked for.
    ///   - jitter: A random number from 0 up to 1.
    /// - Returns: How long to wait before the next attempt, or the error of the call.
    mutating func failed(_ failure: AttemptVerdict.Failure, asked: Duration?, jitter: Double) -> Action {
        // Only a refusal with 429 is free and gets the long patience; a limit reported inside a stream was charged.
        let isRateLimit = if case .rateLimited(status: 429, _) = failure { true } else { false }
        let retry = isRateLimit ? rateLimits : failures
        if isRateLimit { rateLimits += 1 } else { failures += 1 }
        guard retry < (isRateLimit ? policy.rateLimitLimit : policy.limit),
            let delay = policy.delay(retry: retry, asked: asked, isRateLimit: isRateLimit, jitter: jitter)
        else { return .giveUp(error(failure)) }
        return .wait(delay)
    }

    /// Takes a failure that no further attempt can help.
    mutating func ended(_ failure: AttemptVerdict.Failure) -> ModelCallError {
        failures += 1
        return error(failure)
    }

    /// Takes back that there is another attempt after a failure.
    func gaveUp(_ failure: AttemptVerdict.Failure) -> ModelCallError {
        error(failure)
    }

    private func error(_ failure: AttemptVerdict.Failure) -> ModelCallError {
        let attempts = failures + rateLimits
        let reply = { (status: Int, message: String) in
            ModelCallError.Reply(status: status, message: message, attempts: attempts)
        }
        switch failure {
        case .rateLimited(let status, let message): return .rateLimited(reply(status, message))
        case .server(let status, let message): return .server(reply(status, message))
        case .refused(let status, let message): return .refused(reply(status, message))
        case .unreachable(let reason): return .unreachable(host: host, reason: reason)
        case .timeout(let limit, let duration): return .timeout(limit: limit, seconds: duration / .seconds(1))
        case .cutStream(let reason): return .cutStream(reason: reason, attempts: attempts)
        case .invalidAnswer(let reason): return .invalidAnswer(reason: reason)
        case .oversizedAnswer(let limit): return .oversizedAnswer(limitInBytes: limit)
        case .cancelled: return .cancelled
        }
    }
}
