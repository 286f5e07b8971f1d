import Metering
import Synchronization
import Testing

@Suite(.timeLimit(.minutes(1))) struct RateLimiterTests {
    private let clock = ManualClock()
    private let key = RateKey(baseURL: "http://localhost", model: "m")

    @Test func callsWaitUntilTheMinuteHasRoomAndKeepTheirOrder() async throws {
        let limiter = RateLimiter(standard: RateLimits(requestsPerMinute: 10), clock: clock)
        let log = CallLog()
        try await withThrowingTaskGroup(of: Bool.self) { group in
            for _ in 0..<45 {
                group.addTask {
                    let permit = try await limiter.wait(for: self.key, tokens: 1)
                    log.grant(at: self.clock.now.offset)
                    limiter.finish(permit, .answered(tokens: 1))
                    return true
                }
            }
            group.addTask {
                for await _ in self.clock.sleeps { self.clock.advanceToNextDeadline() }
                return false
            }
            for _ in 0..<45 {
                let isGranted = try await group.next()
                #expect(isGranted == true)
            }
            group.cancelAll()
        }
        let times = log.grants
        for minute in 0..<5 { #expect(times.count { $0 == .seconds(60 * minute) } == (minute < 4 ? 10 : 5)) }
    }

    @Test func aRefundWakesWhoeverWaitsBeforeTheMinuteIsOver() async throws {
        let limiter = RateLimiter(standard: RateLimits(tokensPerMinute: 100), clock: clock)
        let first = try await limiter.wait(for: key, tokens: 100)
        async let second = limiter.wait(for: key, tokens: 90)
        while clock.sleeperCount == 0 { await Task.yield() }
        limiter.finish(first, .answered(tokens: 10))
        #expect(try await second.tokens == 90)
        #expect(clock.now.offset == .zero)
    }

    @Test func aPauseHoldsEverybodyBack() async throws {
        let limiter = RateLimiter(clock: clock)
        let first = try await limiter.wait(for: key, tokens: 1)
        limiter.finish(first, .limited(retryAfter: .seconds(20)))
        async let second = limiter.wait(for: key, tokens: 1)
        while clock.sleeperCount == 0 { await Task.yield() }
        clock.advance(by: .seconds(19))
        #expect(limiter.waitingCount(for: key) == 1)
        clock.advance(by: .seconds(1))
        _ = try await second
        #expect(clock.now.offset == .seconds(20))
    }

    @Test func concurrencyIsBoundedAndAFinishLetsTheNextGo() async throws {
        let limiter = RateLimiter(standard: RateLimits(maxConcurrency: 3), clock: clock)
        let log = CallLog()
        await withTaskGroup { group in
            for _ in 0..<50 {
                group.addTask {
                    guard let permit = try? await limiter.wait(for: self.key, tokens: 1) else { return }
                    log.begin()
                    for _ in 0..<5 { await Task.yield() }
                    log.end()
                    limiter.finish(permit, .answered(tokens: nil))
                }
            }
        }
        #expect(log.mostAtOnce == 3)
    }

    @Test func aCancelledWaiterMakesWay() async throws {
        let limiter = RateLimiter(standard: RateLimits(maxConcurrency: 1), clock: clock)
        let first = try await limiter.wait(for: key, tokens: 1)
        let impatient = Task { try await limiter.wait(for: key, tokens: 1) }
        while limiter.waitingCount(for: key) == 0 { await Task.yield() }
        async let patient = limiter.wait(for: key, tokens: 1)
        while limiter.waitingCount(for: key) < 2 { await Task.yield() }
        impatient.cancel()
        await #expect(throws: CancellationError.self) { try await impatient.value }
        limiter.finish(first, .failed())
        limiter.finish(first, .failed())
        limiter.finish(try await patient, .answered(tokens: 1))
        #expect(limiter.waitingCount(for: key) == 0)
    }

    @Test func keysDoNotWaitForEachOther() async throws {
        let other = RateKey(baseURL: "http://localhost", model: "other")
        let limiter = RateLimiter(
            standard: RateLimits(requestsPerMinute: 1), special: [other: RateLimits(requestsPerMinute: 2)], clock: clock
        )
        _ = try await limiter.wait(for: key, tokens: 1)
        _ = try await limiter.wait(for: other, tokens: 1)
        _ = try await limiter.wait(for: other, tokens: 1)
        #expect(clock.now.offset == .zero)
    }
}

/// What calls did, from many tasks.
private final class CallLog: Sendable {
    private struct State {
        var grants: [Duration] = []
        var running = 0
        var mostAtOnce = 0
    }

    private let state = Mutex(State())

    var grants: [Duration] { state.withLock { $0.grants } }
    var mostAtOnce: Int { state.withLock { $0.mostAtOnce } }

    func grant(at time: Duration) {
        state.withLock { $0.grants.append(time) }
    }

    func begin() {
        state.withLock { state in
            state.running += 1
            state.mostAtOnce = max(state.mostAtOnce, state.running)
        }
    }

    func end() {
        state.withLock { $0.running -= 1 }
    }
}
