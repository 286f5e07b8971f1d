import MoonshiftTestSupport

/// A clock on which every sleep lasts until the test opens the gate.
struct GateClock: Clock {
    let gate = Gate()

    var now: ContinuousClock.Instant { .now }
    var minimumResolution: Duration { .zero }

    func sleep(until deadline: ContinuousClock.Instant, tolerance: Duration?) async throws {
        try await gate.pass()
    }
}
