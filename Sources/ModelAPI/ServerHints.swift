/// What the headers of an answer say about trying again.
struct ServerHints: Equatable {
    /// `x-should-retry`; nil when it was not sent.
    var shouldRetry: Bool?
    /// The wait that the server asks for, 0 or more; nil when it asks for none that can be read.
    var retryAfter: Duration?

    init(shouldRetry: Bool? = nil, retryAfter: Duration? = nil) {
        self.shouldRetry = shouldRetry
        self.retryAfter = retryAfter
    }

    /// Reads `x-should-retry`, and the first readable one of `retry-after-ms` and `retry-after` (seconds or a date).
    ///
    /// - Parameters:
    ///   - now: Seconds since 1970, for a date when the server does not send its own.
    ///   - header: The first value of a header by its lower-case name.
    init(now: Int64, header: (String) -> String?) {
        switch header("x-should-retry")?.lowercased() {
        case "true": shouldRetry = true
        case "false": shouldRetry = false
        default: shouldRetry = nil
        }
        if let milliseconds = Self.count(header("retry-after-ms")) {
            retryAfter = .milliseconds(milliseconds)
        } else if let seconds = Self.count(header("retry-after")) {
            retryAfter = .seconds(seconds)
        } else if let date = header("retry-after").flatMap(HTTPDate.secondsSince1970) {
            let serverNow = header("date").flatMap(HTTPDate.secondsSince1970) ?? now
            retryAfter = .seconds(max(0, date - serverNow))
        }
    }

    /// A plain number that makes sense as a wait: finite, not negative, below about 30 years.
    private static func count(_ text: String?) -> Double? {
        guard let text, let number = Double(text.filter { $0 != " " }), number >= 0, number < 1e9 else { return nil }
        return number
    }
}
