import MoonshiftTestSupport
import Testing

@testable import Metering

@Suite struct RateBucketTests {
    @Test(arguments: 0..<40)
    func noWindowOfSixtySecondsHasMoreThanTheLimits(seed: Int) {
        var generator = SeededGenerator(seed: seed)
        let limits = RateLimits(
            requestsPerMinute: Int.random(in: 1...40, using: &generator),
            tokensPerMinute: Int.random(in: 1000...20_000, using: &generator), maxConcurrency: 30)
        var bucket = RateBucket(limits: limits)
        var now = Duration.zero
        var sent: [(time: Duration, tokens: Int)] = []
        var inFlight: [Int] = []
        var pausedUntil = Duration.zero
        for id in 1...1500 {
            now += .milliseconds(Int.random(in: 0...3000, using: &generator))
            let tokens = Int.random(in: 0...900, using: &generator)
            if bucket.admit(id, tokens: tokens, now: now) == .granted {
                #expect(now >= pausedUntil)
                sent.append((now, tokens))
                inFlight.append(id)
                #expect(inFlight.count <= 30)
            } else if !inFlight.isEmpty, Bool.random(using: &generator) {
                let ended = inFlight.removeFirst()
                if Int.random(in: 0..<10, using: &generator) == 0 {
                    bucket.finish(ended, .limited(retryAfter: .seconds(9)), now: now)
                    pausedUntil = max(pausedUntil, now + .seconds(9))
                } else {
                    bucket.finish(ended, .failed(), now: now)
                }
            }
        }
        #expect(sent.count > 40)
        for (index, first) in sent.enumerated() {
            let window = sent[index...].prefix { $0.time < first.time + .seconds(60) }
            #expect(window.count <= limits.requestsPerMinute ?? 0)
            #expect(window.map(\.tokens).reduce(0, +) <= limits.tokensPerMinute ?? 0)
        }
    }

    @Test func aWaitEndsExactlyWhenThereIsRoom() {
        var bucket = RateBucket(limits: RateLimits(requestsPerMinute: 2))
        #expect(bucket.admit(1, tokens: 0, now: .seconds(0)) == .granted)
        #expect(bucket.admit(2, tokens: 0, now: .seconds(10)) == .granted)
        #expect(bucket.admit(3, tokens: 0, now: .seconds(20)) == .at(.seconds(60)))
        #expect(bucket.admit(3, tokens: 0, now: .seconds(60)) == .granted)
        #expect(bucket.admit(4, tokens: 0, now: .seconds(60)) == .at(.seconds(70)))
    }

    @Test func tokensThatWereNotUsedAreGivenBack() {
        var bucket = RateBucket(limits: RateLimits(tokensPerMinute: 1000))
        #expect(bucket.admit(1, tokens: 900, now: .zero) == .granted)
        #expect(bucket.admit(2, tokens: 900, now: .zero) == .at(.seconds(60)))
        bucket.finish(1, .answered(tokens: 100), now: .seconds(1))
        #expect(bucket.admit(2, tokens: 900, now: .seconds(1)) == .granted)
    }

    @Test func aCallLargerThanTheLimitGoesAlone() {
        var bucket = RateBucket(limits: RateLimits(tokensPerMinute: 1000))
        #expect(bucket.admit(1, tokens: 10, now: .zero) == .granted)
        #expect(bucket.admit(2, tokens: 5000, now: .zero) == .at(.seconds(60)))
        #expect(bucket.admit(2, tokens: 5000, now: .seconds(60)) == .granted)
        #expect(bucket.admit(3, tokens: 1, now: .seconds(61)) == .at(.seconds(120)))
    }

    @Test func refusalsHalveTheConcurrencyOncePerWaveAndSuccessRaisesIt() {
        var bucket = RateBucket(limits: RateLimits(maxConcurrency: 16))
        for id in 1...16 { #expect(bucket.admit(id, tokens: 0, now: .zero) == .granted) }
        #expect(bucket.admit(17, tokens: 0, now: .zero) == .afterFinish)
        for id in 1...8 { bucket.finish(id, .limited(retryAfter: nil), now: .seconds(1)) }
        #expect(bucket.concurrency == 8)
        #expect(bucket.admit(17, tokens: 0, now: .seconds(1)) == .afterFinish)
        for id in 9...16 { bucket.finish(id, .answered(tokens: nil), now: .seconds(Double(id))) }
        #expect(bucket.concurrency == 16)
    }

    @Test func headersOnlyEverSlowDown() {
        var bucket = RateBucket(limits: RateLimits(requestsPerMinute: 10))
        bucket.observe(RateHeaders(requests: .init(limit: 1000, remaining: 1000)), now: .zero)
        for id in 1...10 { #expect(bucket.admit(id, tokens: 0, now: .zero) == .granted) }
        #expect(bucket.admit(11, tokens: 0, now: .zero) == .at(.seconds(60)))
        var strict = RateBucket(limits: RateLimits(requestsPerMinute: 10))
        strict.observe(RateHeaders(requests: .init(limit: 4, remaining: 1, reset: .seconds(6))), now: .zero)
        #expect(strict.admit(1, tokens: 0, now: .zero) == .granted)
        // Somebody else used three; they are free again after the vendor's reset.
        #expect(strict.admit(2, tokens: 0, now: .zero) == .at(.seconds(6)))
    }

    @Test func aPauseHoldsForEveryCall() {
        var bucket = RateBucket(limits: RateLimits())
        #expect(bucket.admit(1, tokens: 0, now: .zero) == .granted)
        bucket.finish(1, .limited(retryAfter: .seconds(20)), now: .seconds(5))
        #expect(bucket.admit(2, tokens: 0, now: .seconds(24)) == .at(.seconds(25)))
        bucket.observe(RateHeaders(retryAfter: .seconds(60)), now: .seconds(24))
        #expect(bucket.admit(2, tokens: 0, now: .seconds(25)) == .at(.seconds(84)))
        #expect(bucket.admit(2, tokens: 0, now: .seconds(84)) == .granted)
    }
}
