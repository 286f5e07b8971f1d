import Foundation
import MoonshiftTestSupport
import SimulatedModel
import Testing
import Vocabulary

/// A model server that goes away in the middle of a run: what was paid is kept, no feature is lost, and the user is told once.
@Suite(.heavy, .timeLimit(.minutes(5)))
struct OutageTests {
    private static let run = ["run", "--model", BadInputSite.model]
    private static let line = "no answer from the model server 127.0.0.1 (connection refused): trying again in "

    /// Waits so shortly that the transport's own retries are all that takes time; stops at the given try.
    private static func impatient(stoppingAt tries: Int) -> String {
        """
        return { api = 1, retry = function(ctx)
          if not ctx.outage then return nil end
          if ctx.outage.tries >= \(tries) then return { action = "hold_batch" } end
          return { action = "retry", delay = 0.001 }
        end }
        """
    }

    /// Starts a run, and breaks its connections to the server in the middle of some call.
    private func runAndLoseTheServer(
        _ project: BadInputProject, _ arguments: [String],
        _ body: (ProcessProbe, LoopbackRelay) async throws -> Void
    ) async throws {
        let (calls, told) = AsyncStream.makeStream(of: Int.self)
        let server = try await project.server { told.yield($0) }
        let relay = try LoopbackRelay(to: server.port)
        let probe = try project.site.start(arguments, port: relay.port)
        for await number in calls where number == 5 { break }
        relay.close()
        try await body(probe, relay)
        await server.stop()
    }

    @Test func aRunThatLosesItsServerStopsWith69AndAResumeLandsTheRest() async throws {
        let project = try await BadInputProject(features: 6)
        try await project.site.trust(recipe: Self.impatient(stoppingAt: 2))
        try await runAndLoseTheServer(project, Self.run + ["mine"]) { probe, relay in
            let lost = await probe.finished()
            #expect(lost.exitCode == 69, "\(lost.standardError)")
            #expect(lost.standardError.components(separatedBy: Self.line).count == 2, "\(lost.standardError)")
            #expect(!lost.standardError.contains("red  "), "\(lost.standardError)")
            #expect(lost.output.contains(" open: no answer from the model server 127.0.0.1 (connection refused)"))
            #expect(try await project.site.moonshift(["status"]).output.contains("  stopped "))

            try relay.open()
            let resumed = await (try project.site.start(["resume"], port: relay.port)).finished()
            #expect(resumed.exitCode == 0, "\(resumed.output)\(resumed.standardError)")
            #expect(resumed.output.contains(": 6 of 6 features landed\n"))
        }
        try await project.expectNothingPaidTwice()
    }

    @Test func aServerThatComesBackIsUsedAgainWithoutPayingTwice() async throws {
        let project = try await BadInputProject(features: 6)
        try await project.site.trust(recipe: Self.impatient(stoppingAt: 100))
        try await runAndLoseTheServer(project, Self.run + ["mine", "--json"]) { probe, relay in
            try await probe.printed(Self.line)
            try relay.open()
            let ended = Ending(await probe.finished())
            #expect(ended.process.exitCode == 0, "\(ended.process.standardError)")
            #expect(ended.process.standardError == "")
            #expect(ended.count("features_landed") == 6)
            let notices = ended.process.output.split(separator: "\n").filter { $0.contains(#""kind":"notice""#) }
            #expect(notices.count { $0.contains(Self.line) } == 1)
            #expect(notices.count { $0.contains("the model server 127.0.0.1 answers again, after ") } == 1)
        }
        try await project.expectNothingPaidTwice()
    }

    @Test func theStandardRecipeSaysHowLongItWaitsAndAnInterruptEndsThat() async throws {
        let project = try await BadInputProject(features: 2)
        let probe = try project.site.start(Self.run, port: 1)
        try await probe.printed("warning: \(Self.line)30 s\n")
        probe.send(signal: SIGINT)
        let output = await probe.finished()
        #expect(output.exitCode == 75, "\(output.standardError)")
        #expect(output.output.contains("2 are open: interrupted"))
    }

    @Test func aRecipeMayGiveFeaturesUpInstead() async throws {
        let project = try await BadInputProject(features: 2)
        try await project.site.trust(recipe: "return { api = 1, retry = function() return { action = 'give_up' } end }")
        let output = await (try project.site.start(Self.run + ["mine"], port: 1)).finished()
        #expect(output.exitCode == 1, "\(output.standardError)")
        #expect(output.output.contains("2 did not: 2 server_error"))
    }
}

extension BadInputProject {
    /// Expects of the latest run that no turn was asked again that has a recorded answer, and that no call is left open.
    fileprivate func expectNothingPaidTwice() async throws {
        let report = try await site.moonshift(["report", "--format", "json"])
        let run = try #require(try Value(json: Array(report.output.utf8))["run"]?.stringValue)
        let ledger = CallLedger(try await Project.events(of: run, gitDirectory: site.gitDirectory))
        #expect(ledger.open == 0)
        #expect(ledger.places.filter(\.value.isAskedAgain).map(\.key) == [])
    }
}
