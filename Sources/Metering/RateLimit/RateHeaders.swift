import Foundation
import Ledger

/// What a vendor's response says of its limits; nil where it says nothing sensible.
package struct RateHeaders: Equatable, Sendable {
    /// One kind of limit: requests, or tokens.
    package struct Budget: Equatable, Sendable {
        package var limit: Int?
        package var remaining: Int?
        /// Until the vendor's bucket is full again.
        package var reset: Duration?

        package init(limit: Int? = nil, remaining: Int? = nil, reset: Duration? = nil) {
            self.limit = limit
            self.remaining = remaining
            self.reset = reset
        }
    }

    package var requests: Budget
    package var tokens: Budget
    /// How long the vendor asks to pause.
    package var retryAfter: Duration?

    package init(requests: Budget = Budget(), tokens: Budget = Budget(), retryAfter: Duration? = nil) {
        self.requests = requests
        self.tokens = tokens
        self.retryAfter = retryAfter
    }

    /// Reads the headers of a response.
    ///
    /// - Parameters:
    ///   - now: The wall clock in milliseconds since 1970 in UTC, for headers that name a point in time.
    ///   - header: The value of a header by its lower-case name; nil when it is not there.
    package init(now: Int64, header: (String) -> String?) {
        requests = Self.budget("requests", now: now, header)
        tokens = Self.budget("tokens", now: now, header)
        retryAfter = Self.retryAfter(now: now, header)
    }

    private static func budget(_ kind: String, now: Int64, _ header: (String) -> String?) -> Budget {
        let limit = header("x-ratelimit-limit-\(kind)") ?? header("anthropic-ratelimit-\(kind)-limit")
        let remaining = header("x-ratelimit-remaining-\(kind)") ?? header("anthropic-ratelimit-\(kind)-remaining")
        let reset =
            header("x-ratelimit-reset-\(kind)").flatMap(goDuration)
            ?? header("anthropic-ratelimit-\(kind)-reset").flatMap { moment($0, now: now) }
        // Some servers send 0 or -1 for limits that they do not have.
        let sensibleLimit = limit.flatMap { Int($0) }.flatMap { $0 > 0 ? $0 : nil }
        let sensibleRemaining = remaining.flatMap { Int($0) }.flatMap { $0 >= 0 ? $0 : nil }
        return Budget(
            limit: sensibleLimit, remaining: sensibleLimit == nil ? nil : sensibleRemaining, reset: reset)
    }

    private static func retryAfter(now: Int64, _ header: (String) -> String?) -> Duration? {
        if let text = header("retry-after-ms"), let milliseconds = Double(text), milliseconds.isFinite,
            milliseconds >= 0
        {
            return .milliseconds(min(milliseconds, 86_400_000))
        }
        guard let text = header("retry-after") else { return nil }
        if let seconds = Double(text), seconds.isFinite {
            return seconds >= 0 ? .seconds(min(seconds, 86_400)) : nil
        }
        return httpDate(text).map { .milliseconds(max(0, $0 - now)) }
    }

    private static func moment(_ text: String, now: Int64) -> Duration? {
        UTCTime.milliseconds(text).map { .milliseconds(max(0, $0 - now)) }
    }

    /// Reads Go's form of durations: `12ms`, `1s`, `6m0s`, `1h2m3.5s`.
    static func goDuration(_ text: String) -> Duration? {
        let units: [String: Double] = ["ms": 0.001, "s": 1, "m": 60, "h": 3600, "us": 1e-6, "µs": 1e-6, "ns": 1e-9]
        var seconds = 0.0
        var rest = Substring(text)
        guard !rest.isEmpty else { return nil }
        while !rest.isEmpty {
            let number = rest.prefix { $0.isNumber || $0 == "." }
            rest = rest.dropFirst(number.count)
            let unit = rest.prefix { $0.isLetter }
            rest = rest.dropFirst(unit.count)
            guard let value = Double(number), let factor = units[String(unit)] else { return nil }
            seconds += value * factor
        }
        return .seconds(seconds)
    }

    private static func httpDate(_ text: String) -> Int64? {
        let formatter = DateFormatter()
        formatter.locale = Locale(identifier: "en_US_POSIX")
        formatter.timeZone = TimeZone(identifier: "GMT")
        formatter.dateFormat = "EEE, dd MMM yyyy HH:mm:ss zzz"
        return formatter.date(from: text).map { Int64($0.timeIntervalSince1970 * 1000) }
    }
}
