package import Logging
import Vocabulary
package import WebServer

/// A model server on the loopback interface that solves the features it was given solutions for.
///
/// It speaks Chat Completions, streamed and not, with tools, usage and rate-limit headers, and bills truly by its own count. It knows a
/// feature by the headers `X-Moonshift-Feature`, `-Stage`, `-Attempt` and `-Turn`, and where a conversation stands by the tool
/// calls in it, so that no prompt text matters. Beside its counters it has no state: a conversation can go on with another
/// server of the same seed.
package final class SimulatedModelServer: Sendable {
    package struct Configuration: Sendable {
        /// 0 takes any free port.
        package var port: Int
        package var models: [String]
        package var seed: UInt64
        package var faults: FaultProfile
        /// How long every answer takes, beside what ``FaultProfile/slowDelay`` adds.
        package var latency: Duration
        /// When given, a request with another bearer key is answered 401.
        package var key: String?
        package var rateLimit: SimulatedRateLimit
        /// How many calls ``SimulatedModelServer/calls`` remembers.
        package var logCapacity: Int

        package init(
            port: Int = 0, models: [String] = ["gpt-4", "gpt-4-turbo", "gpt-3.5-turbo"], seed: UInt64 = 1,
            faults: FaultProfile = .none, latency: Duration = .zero, key: String? = nil,
            rateLimit: SimulatedRateLimit = .ample, logCapacity: Int = 100_000
        ) {
            self.port = port
            self.models = models
            self.seed = seed
            self.faults = faults
            self.latency = latency
            self.key = key
            self.rateLimit = rateLimit
            self.logCapacity = logCapacity
        }
    }

    let model: SimulatedModel
    private let server: WebServer

    private init(model: SimulatedModel, server: WebServer) {
        self.model = model
        self.server = server
    }

    /// Starts to answer on a loopback port. Every start needs a ``stop(within:)``.
    package static func start(
        solutions: [SimulatedSolution], _ configuration: Configuration = Configuration(),
        clock: any Clock<Duration> = ContinuousClock(), logger: Logger
    ) async throws(WebServerError) -> SimulatedModelServer {
        let model = SimulatedModel(solutions: solutions, configuration, clock: clock)
        let server = try await WebServer.start(.init(port: configuration.port), logger: logger) { request in
            try await model.answer(request)
        }
        return SimulatedModelServer(model: model, server: server)
    }

    /// Stops to accept and lets open answers end, for `grace` at the most.
    package func stop(within grace: Duration = .seconds(1)) async {
        await server.stop(within: grace)
    }

    package var port: Int {
        server.port
    }

    /// What goes into `OPENAI_BASE_URL`: `http://127.0.0.1:PORT/v1`.
    package var baseURL: String {
        server.origin + "/v1"
    }

    /// What was asked and billed since the start.
    package var statistics: SimulatedStatistics {
        model.book.statistics
    }

    /// The last calls, oldest first; at most ``Configuration/logCapacity``.
    package var calls: [SimulatedCall] {
        model.book.calls
    }

    /// Runs `body` with a server of its own that is stopped afterwards, also when `body` throws.
    package static func withServer<Result>(
        solutions: [SimulatedSolution], _ configuration: Configuration = Configuration(),
        clock: any Clock<Duration> = ContinuousClock(), logger: Logger,
        _ body: (SimulatedModelServer) async throws -> Result
    ) async throws -> Result {
        let server = try await start(solutions: solutions, configuration, clock: clock, logger: logger)
        do {
            let result = try await body(server)
            await server.stop()
            return result
        } catch {
            await server.stop(within: .zero)
            throw error
        }
    }
}
