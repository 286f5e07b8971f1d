/// What calls of one kind share: a vendor counts by server and model.
package struct RateKey: Hashable, Sendable {
    package var baseURL: String
    package var model: String

    package init(baseURL: String, model: String) {
        self.baseURL = baseURL
        self.model = model
    }
}

/// How fast calls may be made.
package struct RateLimits: Equatable, Sendable {
    /// In any 60 seconds; nil: as many as the vendor's headers allow.
    package var requestsPerMinute: Int?
    /// Input and output together in any 60 seconds; nil: as many as the vendor's headers allow.
    package var tokensPerMinute: Int?
    /// Calls at the same time, at the most; it adapts below this. 1 or more.
    package var maxConcurrency: Int

    package init(requestsPerMinute: Int? = nil, tokensPerMinute: Int? = nil, maxConcurrency: Int = 1000) {
        self.requestsPerMinute = requestsPerMinute
        self.tokensPerMinute = tokensPerMinute
        self.maxConcurrency = max(1, maxConcurrency)
    }
}

/// How a call that had a permit ended, as far as rates are concerned.
package enum RateOutcome: Equatable, Sendable {
    /// It was answered; the tokens that it really used, nil when not known.
    case answered(tokens: Int?)
    /// The vendor said that there are too many calls; it may have said for how long to pause.
    case limited(retryAfter: Duration?)
    /// Anything else. A pause that the vendor asked for holds for all calls.
    case failed(retryAfter: Duration? = nil)
}

/// The right to make one HTTP attempt now; it must be given back by ``RateLimiter/finish(_:_:)``.
package struct RatePermit: Hashable, Sendable {
    package let key: RateKey
    /// The tokens that were counted for it.
    package let tokens: Int
    let id: Int
}
