import Ledger
package import Metering

/// What a model client takes from the world besides the network.
package struct CallEnvironment: Sendable {
    /// Waits between attempts.
    package var clock: any Clock<Duration>
    /// The wall clock, for a `retry-after` that is a date.
    package var secondsSince1970: @Sendable () -> Int64
    /// Random numbers from 0 up to 1.
    package var jitter: @Sendable () -> Double
    /// Told after each HTTP attempt what it says about the server.
    package var onContact: @Sendable (ServerContact, Attribution) -> Void

    package init(
        clock: any Clock<Duration> = ContinuousClock(),
        secondsSince1970: @escaping @Sendable () -> Int64 = { UTCTime.now() / 1000 },
        jitter: @escaping @Sendable () -> Double = { Double.random(in: 0..<1) },
        onContact: @escaping @Sendable (ServerContact, Attribution) -> Void = { _, _ in }
    ) {
        self.clock = clock
        self.secondsSince1970 = secondsSince1970
        self.jitter = jitter
        self.onContact = onContact
    }
}
