import CommandRunner
import Engine
import Foundation
import Landing
import Ledger
import Metering
import ModelAPI
import PolicyContract
import Recipes
import Telemetry
import Verification
import Vocabulary
import Workers
import Workspaces

/// The parts of one run, put together and taken apart again.
struct RunAssembly {
    let services: RunServices
    let lock: OwnerLock
    /// The silence of a call that is borne once the run was interrupted.
    let stopTimeout: Duration
    private let pool: WorktreePool

    /// Everything that is needed to put a run together.
    struct Plan {
        var run: RunID
        var state: StateDirectory
        var ledger: Ledger
        var settings: RunSettings
        var sandbox: Sandbox
        var host: RecipeHost
        var model: ModelSetup
        /// The run's events so far; empty for a new one.
        var events: [RunEvent]
        var featureCaps: [FeatureID: Picodollars]
        var rateLimits: RateLimits
        var stopTimeout: Duration
        var context: CommandContext
    }

    init(_ plan: Plan) async throws {
        stopTimeout = plan.stopTimeout
        let metrics = Metrics()
        let commands = CommandRunner(sandbox: plan.sandbox)
        let repository = plan.state.repository
        let settings = plan.settings
        lock = try OwnerLock.acquire(directory: plan.state.path, run: plan.run)
        repository.clearAbandonedLocks()
        let root =
            plan.context.variable("MOONSHIFT_WORKTREES").map { "\($0)/\(plan.run)" } ?? "\(plan.state.path)/worktrees"
        pool = try WorktreePool(repository: repository, root: root, size: settings.testSlots, commands: commands)
        let programs = await ProgramSurvey.make(
            environment: plan.context.environment,
            hiding: [repository.commonDirectory, repository.workTree].compactMap(\.self))
        let bench = TestBench(
            repository: repository, pool: pool, commands: commands, toolchains: plan.host, programs: programs.paths,
            readOnlyPaths: programs.folders, limits: settings.benchLimits, metrics: metrics)
        let caps = Caps(
            run: settings.maxCost, batch: settings.maxCostPerBatch, feature: settings.maxCostPerFeature,
            features: plan.featureCaps)
        let meter = Meter(
            ledger: plan.ledger, run: plan.run, prices: plan.model.prices, caps: caps, restoring: plan.events)
        try await meter.settleInterrupted()
        let control = RunControl()
        let server = ServerWatch(
            journal: Journal(ledger: plan.ledger, run: plan.run), host: plan.model.endpoint.host)
        let client = ModelClient(
            configuration: plan.model.endpoint, meter: meter, limiter: RateLimiter(standard: plan.rateLimits),
            answers: RecordedAnswers(plan.events),
            environment: CallEnvironment(
                onContact: { contact, attribution in
                    if let feature = attribution.feature { server.note(contact, by: feature) }
                },
                hurry: CallEnvironment.Hurry(
                    silence: plan.stopTimeout, isOn: { control.isInterrupted },
                    begins: { await control.untilInterrupted() })))
        let author: @Sendable () -> Signature = {
            Signature(name: "Moonshift", email: "moonshift@localhost", time: UTCTime.now() / 1000)
        }
        let chat = ChatWorker()
        services = RunServices(
            run: plan.run, settings: settings, repository: repository, ledger: plan.ledger, meter: meter,
            client: client, policies: plan.host, toolchains: plan.host, bench: bench,
            lander: Lander(repository: repository, bench: bench, metrics: metrics, author: author),
            workers: [chat.name: chat],
            models: [settings.model], author: author, control: control, server: server, metrics: metrics,
            runDirectory: plan.state.runDirectory(plan.run))
    }

    /// Closes connections and deletes the worktrees; the ledger stays open for the summary.
    func close() async {
        await services.client.shutdown()
        await pool.shutdown()
    }
}
