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
    /// nil: calls always have their full patience.
    package var hurry: Hurry?

    /// That somebody waits for calls in flight to end: none is sent again then, and a silent one is given up.
    package struct Hurry: Sendable {
        package var isOn: @Sendable () -> Bool
        /// Returns when it is on, or when the task is cancelled.
        package var begins: @Sendable () async -> Void
        /// The longest silence of a call, since it was sent or since its last piece.
        package var silence: Duration

        package init(
            silence: Duration, isOn: @escaping @Sendable () -> Bool, begins: @escaping @Sendable () async -> Void
        ) {
            self.silence = silence
            self.isOn = isOn
            self.begins = begins
        }
    }

    package init(
        clock: any Clock<Duration> = ContinuousClock(),
        secondsSince1970: @escaping @Sendable () -> Int64 = { UTCTime.now() / 1000 },
        jitter: @escaping @Sendable () -> Double = { Double.random(in: 0..<1) },
        onContact: @escaping @Sendable (ServerContact, Attribution) -> Void = { _, _ in }, hurry: Hurry? = nil
    ) {
        self.clock = clock
        self.secondsSince1970 = secondsSince1970
        self.jitter = jitter
        self.onContact = onContact
        self.hurry = hurry
    }
}
