/// The rates of one key, as a pure value; times are durations since any fixed instant.
///
/// It counts what was sent in the last 60 seconds, so that no window of that length ever has more than the limits. A token
/// bucket that refills all the time would let twice as much through in some windows.
struct RateBucket: Sendable {
    /// What a request for a permit has to wait for.
    enum Admission: Equatable, Sendable {
        case granted
        /// Not before this time, as far as known now.
        case at(Duration)
        /// Until a call ends.
        case afterFinish
    }

    private struct Entry: Sendable {
        var id: Int
        var expires: Duration
        var requests: Int
        var tokens: Int
    }

    static let window = Duration.seconds(60)

    private var limits: RateLimits
    private let configured: RateLimits
    /// By rising ``Entry/expires``.
    private var entries: [Entry] = []
    private var requests = 0
    private var tokens = 0
    private var pausedUntil: Duration = .zero
    private var inFlight: [Int: Duration] = [:]
    private(set) var concurrency: Double
    private var lastDecrease: Duration?
    private var lastIncrease: Duration = .zero

    init(limits: RateLimits) {
        self.limits = limits
        configured = limits
        concurrency = Double(limits.maxConcurrency)
    }

    /// Asks to send a call of about `tokens` tokens now.
    ///
    /// A call that is larger than the whole limit is admitted alone, when nothing else is in the window.
    mutating func admit(_ id: Int, tokens wanted: Int, now: Duration) -> Admission {
        expire(now)
        if now < pausedUntil { return .at(pausedUntil) }
        if inFlight.count >= max(1, Int(concurrency)) { return .afterFinish }
        if let limit = limits.requestsPerMinute, requests + 1 > limit,
            let first = freeing(requests + 1 - limit, \.requests)
        {
            return .at(first)
        }
        let wanted = max(0, wanted)
        if let limit = limits.tokensPerMinute, tokens + min(wanted, limit) > limit,
            let first = freeing(tokens + min(wanted, limit) - limit, \.tokens)
        {
            return .at(first)
        }
        insert(Entry(id: id, expires: now + Self.window, requests: 1, tokens: wanted))
        inFlight[id] = now
        return .granted
    }

    /// Ends a call: its estimate becomes what it used, and the concurrency learns.
    mutating func finish(_ id: Int, _ outcome: RateOutcome, now: Duration) {
        guard let started = inFlight.removeValue(forKey: id) else { return }
        switch outcome {
        case .answered(let used):
            if let used { correct(id, tokens: max(0, used)) }
            raiseConcurrency(now)
        case .limited(let pause):
            if let pause { pausedUntil = max(pausedUntil, now + pause) }
            // One wave of refusals is one signal: calls that started before the last cut say nothing new.
            if lastDecrease.map({ started >= $0 }) ?? true {
                concurrency = max(1, min(concurrency, Double(inFlight.count + 1)) / 2)
                lastDecrease = now
                lastIncrease = now
            }
        case .failed(let pause):
            if let pause { pausedUntil = max(pausedUntil, now + pause) }
        }
    }

    /// Learns from a response; what the vendor says may only ever slow calls down below the configuration.
    mutating func observe(_ headers: RateHeaders, now: Duration) {
        expire(now)
        if let pause = headers.retryAfter { pausedUntil = max(pausedUntil, now + pause) }
        limits.requestsPerMinute = Self.smaller(
            configured.requestsPerMinute, headers.requests.limit ?? limits.requestsPerMinute)
        limits.tokensPerMinute = Self.smaller(
            configured.tokensPerMinute, headers.tokens.limit ?? limits.tokensPerMinute)
        let missingRequests = Self.missing(headers.requests, counted: requests)
        let missingTokens = Self.missing(headers.tokens, counted: tokens)
        // What others used of the same limit; gone when the vendor's bucket is full again.
        if missingRequests > 0 {
            insert(Entry(id: 0, expires: now + Self.reset(headers.requests), requests: missingRequests, tokens: 0))
        }
        if missingTokens > 0 {
            insert(Entry(id: 0, expires: now + Self.reset(headers.tokens), requests: 0, tokens: missingTokens))
        }
    }

    private static func missing(_ budget: RateHeaders.Budget, counted: Int) -> Int {
        guard let limit = budget.limit, let remaining = budget.remaining else { return 0 }
        return max(0, limit - remaining - counted)
    }

    private static func reset(_ budget: RateHeaders.Budget) -> Duration {
        min(budget.reset ?? window, window)
    }

    private static func smaller(_ left: Int?, _ right: Int?) -> Int? {
        guard let left, let right else { return left ?? right }
        return min(left, right)
    }

    /// When so much of what is counted will have left the window.
    private func freeing(_ amount: Int, _ part: KeyPath<Entry, Int>) -> Duration? {
        var freed = 0
        for entry in entries {
            freed += entry[keyPath: part]
            if freed >= amount { return entry.expires }
        }
        return nil
    }

    private mutating func expire(_ now: Duration) {
        guard let first = entries.first, first.expires <= now else { return }
        let count = entries.firstIndex { $0.expires > now } ?? entries.count
        for entry in entries[..<count] {
            requests -= entry.requests
            tokens -= entry.tokens
        }
        entries.removeFirst(count)
    }

    private mutating func insert(_ entry: Entry) {
        requests += entry.requests
        tokens += entry.tokens
        let index = entries.lastIndex { $0.expires <= entry.expires }.map { $0 + 1 } ?? 0
        entries.insert(entry, at: index)
    }

    private mutating func correct(_ id: Int, tokens used: Int) {
        guard let index = entries.lastIndex(where: { $0.id == id }) else { return }
        tokens += used - entries[index].tokens
        entries[index].tokens = used
    }

    private mutating func raiseConcurrency(_ now: Duration) {
        guard concurrency < Double(configured.maxConcurrency), now - lastIncrease >= .seconds(1) else { return }
        concurrency = min(Double(configured.maxConcurrency), concurrency + 1)
        lastIncrease = now
    }
}
