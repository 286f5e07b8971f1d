import Logging
import MoonshiftTestSupport
import SimulatedModel
import Testing
import Vocabulary

@Suite(.heavy, .timeLimit(.minutes(1)))
struct SolvingTests {
    private let logger = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }

    @Test(arguments: [true, false])
    func withoutFaultsThreeCallsSolveAFeature(isStreaming: Bool) async throws {
        let demo = DemoRepository(features: 30, batches: 3, seed: 2).generate()
        try await SimulatedModelServer.withServer(solutions: demo.solutions, logger: logger) { server in
            let host = SimulatedHost(isStreaming: isStreaming, server: server)
            for solution in demo.solutions {
                let outcome = try await host.attempt(solution, demo.files, attempt: 1)
                #expect(outcome.isSolved)
                #expect(outcome.calls == 3)
            }
            #expect(server.statistics.total.calls == 90)
            #expect(server.statistics.faults.isEmpty)
        }
    }

    @Test(arguments: ["usual", "hostile"], [true, false])
    func threeAttemptsSolveExactlyWhatIsEverSolved(profile: String, refusesAtOnce: Bool) async throws {
        let demo = DemoRepository(features: 60, batches: 3, seed: 5).generate()
        var faults = try #require(FaultProfile(named: profile))
        (faults.slowDelay, faults.retryAfter) = (.zero, .milliseconds(1))
        let configuration = SimulatedModelServer.Configuration(seed: 5, faults: faults)
        try await SimulatedModelServer.withServer(solutions: demo.solutions, configuration, logger: logger) { server in
            let host = SimulatedHost(refusesAtOnce: refusesAtOnce, server: server)
            var unsolved: [FeatureID] = []
            var refusals = 0
            for solution in demo.solutions {
                var isSolved = false
                for attempt in 1...3 where !isSolved {
                    let outcome = try await host.attempt(solution, demo.files, attempt: attempt)
                    isSolved = outcome.isSolved
                    refusals += outcome.refusals
                }
                if !isSolved { unsolved.append(solution.feature) }
            }
            #expect(unsolved.sorted() == server.neverSolved)
            #expect(server.neverSolved.count == 3)
            #expect(refusals > 0)
            #expect(!server.statistics.faults.isEmpty)
        }
    }

    @Test func featuresThatOthersNeedAreAlwaysSolved() {
        let demo = DemoRepository(seed: 9).generate()
        let configuration = SimulatedModelServer.Configuration(seed: 9, faults: .hostile)
        let never = SimulatedModelServer.neverSolved(among: demo.solutions, configuration)
        #expect(never.count == 22)
        #expect(Set(never).isDisjoint(with: demo.solutions.flatMap(\.dependsOn)))
        #expect(never == SimulatedModelServer.neverSolved(among: demo.solutions.shuffled(), configuration))
    }
}
