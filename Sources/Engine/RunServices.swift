package import Landing
package import Ledger
package import Metering
package import ModelAPI
package import PolicyContract
package import Telemetry
package import Verification
package import Vocabulary
package import Workers
package import Workspaces

/// Everything that a run works with, made once by whoever starts it.
package struct RunServices: SurveyServices {
    package var run: RunID
    package var settings: RunSettings
    package var repository: Repository
    package var ledger: Ledger
    package var meter: Meter
    package var client: ModelClient
    package var policies: any PolicyHost
    package var toolchains: any ToolchainHost
    package var bench: TestBench
    package var lander: Lander
    /// The workers by name; `chat` is always there.
    package var workers: [String: any Worker]
    package var models: [String]
    package var author: @Sendable () -> Signature
    package var control: RunControl
    package var server: ServerWatch
    package var metrics: Metrics
    package var clock: any Clock<Duration>
    /// Where text for people is written, such as pull requests: `<git common dir>/moonshift/runs/<run>`.
    package var runDirectory: String

    package init(
        run: RunID, settings: RunSettings, repository: Repository, ledger: Ledger, meter: Meter, client: ModelClient,
        policies: any PolicyHost, toolchains: any ToolchainHost, bench: TestBench, lander: Lander,
        workers: [String: any Worker], models: [String], author: @escaping @Sendable () -> Signature,
        control: RunControl, server: ServerWatch, metrics: Metrics, clock: any Clock<Duration> = ContinuousClock(),
        runDirectory: String
    ) {
        self.run = run
        self.settings = settings
        self.repository = repository
        self.ledger = ledger
        self.meter = meter
        self.client = client
        self.policies = policies
        self.toolchains = toolchains
        self.bench = bench
        self.lander = lander
        self.workers = workers
        self.models = models
        self.author = author
        self.control = control
        self.server = server
        self.metrics = metrics
        self.clock = clock
        self.runDirectory = runDirectory
    }

    /// Waits as policy `retry` asked for; a drain and cancellation cut it short.
    func pause(_ duration: Duration) async throws {
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { [clock] in try await clock.sleep(for: duration) }
            group.addTask { [control] in await control.untilDraining() }
            defer { group.cancelAll() }
            try await group.next()
        }
        try Task.checkCancellation()
    }

    /// Waits while the model server answers nobody and another feature tries whether it does again.
    ///
    /// - Throws: ``Suspension`` when the run drains meanwhile.
    func untilServerMayBeAsked(by feature: FeatureID) async throws {
        while let change = server.enter(feature) {
            if let reason = control.drainReason { throw Suspension(reason: reason) }
            await withTaskGroup(of: Void.self) { group in
                group.addTask { for await _ in change {} }
                group.addTask { [control] in await control.untilDraining() }
                await group.next()
                group.cancelAll()
            }
            try Task.checkCancellation()
        }
    }

    package var journal: Journal {
        Journal(ledger: ledger, run: run)
    }
}
