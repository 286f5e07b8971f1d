import Foundation
import MoonshiftTestSupport
import SimulatedModel
import Testing
import Vocabulary

/// Ctrl-C while the model server keeps silent.
@Suite(.heavy, .timeLimit(.minutes(5)))
struct InterruptTests {
    private static let run = ["run", "--model", BadInputSite.model]

    /// Interrupts a run while two calls wait for an answer that does not come, and lets the server answer after the run's end.
    private func interruptInSilence(
        _ project: BadInputProject, stopTimeout: String, _ body: (ProcessProbe) async throws -> Void
    ) async throws {
        let gate = Gate()
        let server = try await project.server { _ in try await gate.pass() }
        let probe = try project.site.start(Self.run, port: server.port, ["MOONSHIFT_STOP_TIMEOUT": stopTimeout])
        await gate.arrivals(2)
        probe.send(signal: SIGINT)
        try await body(probe)
        gate.open()
        let resumed = await (try project.site.start(["resume"], on: server)).finished()
        await server.stop()
        #expect(resumed.exitCode == 0, "\(resumed.output)\(resumed.standardError)")
        #expect(resumed.output.contains(": 2 of 2 features landed\n"))
    }

    @Test func theFirstInterruptGivesSilentCallsUpAndSaysSo() async throws {
        let project = try await BadInputProject(features: 2)
        try await interruptInSilence(project, stopTimeout: "10ms") { probe in
            let output = await probe.finished()
            #expect(output.exitCode == 75, "\(output.standardError)")
            let waiting = """
                stopping: work in flight ends first; interrupt again to stop at once
                waiting for 2 answers of the model server; a call that stays silent for 10 ms is given up and charged in full
                """
            #expect(output.standardError.contains(waiting), "\(output.standardError)")
            let silent = ": the model server kept silent for 0.01 s (stop limit); "
            #expect(output.standardError.components(separatedBy: silent).count == 3, "\(output.standardError)")
            #expect(output.output.contains("2 are open: interrupted"))
            #expect(output.output.contains("of it charged in full because the answer was lost"))
        }
    }

    @Test func theSecondInterruptEndsTheWaiting() async throws {
        let project = try await BadInputProject(features: 2)
        try await interruptInSilence(project, stopTimeout: "1h") { probe in
            try await probe.printed("a call that stays silent for 1 h is given up")
            probe.send(signal: SIGINT)
            let output = await probe.finished()
            #expect(output.exitCode == 128 + SIGINT, "\(output.standardError)")
        }
    }
}
