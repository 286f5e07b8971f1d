import Testing

@testable import Metering

@Suite struct RateHeadersTests {
    private static let now: Int64 = 1_795_378_381_000

    @Test func openAIHeadersAreRead() {
        let headers = read([
            "x-ratelimit-limit-requests": "500", "x-ratelimit-remaining-requests": "499",
            "x-ratelimit-reset-requests": "120ms", "x-ratelimit-limit-tokens": "30000",
            "x-ratelimit-remaining-tokens": "29000", "x-ratelimit-reset-tokens": "6m0s",
        ])
        #expect(headers.requests == .init(limit: 500, remaining: 499, reset: .milliseconds(120)))
        #expect(headers.tokens == .init(limit: 30_000, remaining: 29_000, reset: .seconds(360)))
        #expect(headers.retryAfter == nil)
    }

    @Test func anthropicHeadersAreRead() {
        let headers = read([
            "anthropic-ratelimit-requests-limit": "50", "anthropic-ratelimit-requests-remaining": "0",
            "anthropic-ratelimit-requests-reset": "2026-11-22T20:13:31Z", "retry-after": "30",
        ])
        #expect(headers.requests == .init(limit: 50, remaining: 0, reset: .seconds(30)))
        #expect(headers.retryAfter == .seconds(30))
    }

    @Test(arguments: ["-1", "0", "many"])
    func senselessLimitsAreAbsent(limit: String) {
        let headers = read(["x-ratelimit-limit-tokens": limit, "x-ratelimit-remaining-tokens": "0"])
        #expect(headers.tokens == .init())
    }

    @Test(
        arguments: [
            (["retry-after-ms": "1500", "retry-after": "9"], Duration.milliseconds(1500)),
            (["retry-after": "0.5"], .milliseconds(500)),
            (["retry-after": "Sun, 22 Nov 2026 20:13:11 GMT"], .seconds(10)),
            (["retry-after": "Sun, 22 Nov 2026 20:13:01 GMT"], .zero),
            (["retry-after": "-3"], nil), (["retry-after": "soon"], nil),
        ] as [([String: String], Duration?)])
    func pausesAreReadInEveryForm(headers: [String: String], pause: Duration?) {
        #expect(read(headers).retryAfter == pause)
    }

    @Test(
        arguments: [
            ("1s", Duration.seconds(1)), ("12ms", .milliseconds(12)), ("1h2m3.5s", .seconds(3723.5)), ("", nil),
            ("5", nil), ("x", nil),
        ] as [(String, Duration?)])
    func goDurationsAreRead(text: String, duration: Duration?) {
        #expect(RateHeaders.goDuration(text) == duration)
    }

    private func read(_ headers: [String: String]) -> RateHeaders {
        RateHeaders(now: Self.now) { headers[$0] }
    }
}
