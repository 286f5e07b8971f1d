import Foundation

/// Measures one section of code from its creation on.
package struct PartClock: Sendable {
    private let start: ContinuousClock.Instant
    private let startCPU: Duration

    /// Starts to measure.
    package init() {
        start = ContinuousClock.now
        startCPU = Self.threadTime()
    }

    /// The time that has passed.
    package var wall: Duration {
        ContinuousClock.now - start
    }

    /// The CPU time that this thread has used; meaningless after an `await`, which may change threads.
    package var threadCPU: Duration {
        max(.zero, Self.threadTime() - startCPU)
    }

    private static func threadTime() -> Duration {
        var time = timespec()
        guard clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time) == 0 else { return .zero }
        return .seconds(time.tv_sec) + .nanoseconds(time.tv_nsec)
    }
}
