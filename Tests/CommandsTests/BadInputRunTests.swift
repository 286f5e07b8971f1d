import Foundation
import MoonshiftTestSupport
import SimulatedModel
import Testing
import Vocabulary

/// What goes wrong around a run that was well asked for: servers, disks, recipes and other runs.
@Suite(.heavy, .timeLimit(.minutes(5)))
struct BadInputRunTests {
    private static let run = ["run", "--model", BadInputSite.model]

    @Test(arguments: [
        "while true do end", "local s = 'x' while true do s = s .. s end",
    ])
    func aRunawayRetryIsReplacedByTheNextInLine(body: String) async throws {
        let project = try await BadInputProject(features: 2)
        let accept = "accept = function() return { ok = false } end"
        try await project.site.trust(recipe: "return { api = 1, \(accept),\n  retry = function() \(body) end }")
        let server = try await project.server()
        let output = await (try project.site.start(Self.run + ["mine"], on: server)).finished()
        await server.stop(within: .zero)
        #expect(output.exitCode == 1, "\(output.standardError)")
        #expect(output.standardError.contains("recipe mine, policy 'retry': recipes/mine.lua:2: "))
        #expect(output.standardError.contains("The next in line decides instead"))
        #expect(output.output.contains(" not_accepted"))
    }

    /// The model reads and edits, and has no turn left to say that it is done.
    @Test func workThatIsGreenCountsWithoutAFinish() async throws {
        let project = try await BadInputProject(features: 4)
        try await project.site.trust(recipe: "return { api = 1, settings = { max_turns = 2 } }")
        let server = try await project.server()
        let output = try await project.site.start(Self.run + ["mine"], on: server).finished()
        await server.stop()
        #expect(output.exitCode == 0, "\(output.standardError)")
        #expect(output.output.contains(": 4 of 4 features landed\n"))
    }

    /// What is refused to every feature is the fault of none.
    @Test func aWrongKeyStopsTheRunAndAResumeWithTheRightOneLandsAll() async throws {
        let project = try await BadInputProject(features: 4)
        let server = try await project.server(key: "right")
        let stopped = try await project.site.start(Self.run, on: server, ["OPENAI_API_KEY": "wrong"]).finished()
        #expect(stopped.exitCode == 69, "\(stopped.standardError)")
        #expect(
            stopped.output.contains("4 are open: the model server refused the request (HTTP 401"), "\(stopped.output)")
        #expect(!stopped.standardError.contains("FAILED"), "\(stopped.standardError)")
        let resumed = try await project.site.start(["resume"], on: server, ["OPENAI_API_KEY": "right"]).finished()
        await server.stop()
        #expect(resumed.exitCode == 0, "\(resumed.standardError)")
        #expect(resumed.output.contains(": 4 of 4 features landed\n"))
    }

    @Test func aSecondRunIsRefusedWhileOneIsOn() async throws {
        let project = try await BadInputProject(features: 2)
        let gate = Gate()
        let server = try await project.server { _ in try await gate.pass() }
        let first = try project.site.start(Self.run, on: server)
        await gate.arrivals(1)
        for command in [Self.run, ["resume"]] {
            let second = try await project.site.moonshift(command + ["--quiet"])
            #expect(second.exitCode == 69)
            #expect(second.output == "")
            #expect(second.standardError.contains("the ledger is in use by process \(first.processID) on "))
            #expect(second.standardError.contains("Wait for it to end, or interrupt it"))
        }
        #expect(try await project.site.moonshift(["status"]).output.contains("  running "))
        gate.open()
        let ended = await first.finished()
        #expect(ended.exitCode == 0, "\(ended.standardError)")
        await server.stop(within: .zero)

        let run = try #require(ended.output.split(separator: " ").dropFirst().first).dropLast()
        for command in ["report", "resume"] {
            let unknown = try await project.site.moonshift([command, "nope"])
            let text = "moonshift: there is no run 'nope'; the latest are: \(run)\n"
            #expect(unknown == ProcessOutput(exitCode: 65, output: "", standardError: text))
        }
    }
}

/// A disk without space.
@Suite(
    .heavy, .serialized, .timeLimit(.minutes(5)),
    .enabled(if: SmallDisk.isPossible, "needs root and the right to mount a file system"))
struct BadInputDiskTests {
    private static let run = ["run", "--model", BadInputSite.model]

    @Test func nothingIsSpentWhenTheLedgerHasNoSpace() async throws {
        let project = try await BadInputProject()
        let server = try await project.server()
        let disk = try SmallDisk(project.site.gitDirectory, kilobytes: 32_768)
        disk.fill()
        let output = await (try project.site.start(Self.run, on: server)).finished()
        #expect(output.exitCode == 75)
        #expect(output.output == "")
        #expect(output.standardError.contains("no space left for the ledger "))
        #expect(
            output.standardError.contains("Free some space, then run `moonshift resume`, or the same command again"))
        #expect(server.calls.isEmpty)
        disk.makeSpace()
        #expect(try await project.site.moonshift(["status"]).output == "no run yet\n")
        let again = await (try project.site.start(Self.run, on: server)).finished()
        #expect(again.exitCode == 0, "\(again.standardError)")
        await server.stop(within: .zero)
        disk.unmount()
    }

    @Test func aRunThatRunsOutOfSpaceGoesOnLater() async throws {
        let project = try await BadInputProject()
        let disk = try SmallDisk(project.site.gitDirectory, kilobytes: 32_768)
        let server = try await project.server { number in
            if number == 4 { disk.fill() }
        }
        let output = await (try project.site.start(Self.run, on: server)).finished()
        #expect(output.exitCode == 75, "\(output.standardError)")
        #expect(output.standardError.contains("`moonshift resume`"), "\(output.standardError)")
        disk.makeSpace()
        try await project.site.expectCause("o space left")
        let resumed = await (try project.site.start(["resume"], on: server)).finished()
        #expect(resumed.exitCode == 0, "\(resumed.output)\(resumed.standardError)")
        #expect(resumed.output.contains(": 4 of 4 features landed\n"))
        await server.stop(within: .zero)
        disk.unmount()
    }

    @Test func aRepositoryThatCannotBeWrittenIsTold() async throws {
        let site = try await BadInputSite()
        let disk = try SmallDisk(site.gitDirectory, kilobytes: 32_768)
        disk.setReadOnly(true)
        try await site.expectRefusal(
            ["run", "--plan", "plan.yaml", "--quiet"], code: 69,
            says: [
                "moonshift: cannot open the ledger \(site.gitDirectory)/moonshift/ledger.sqlite: "
                    + "its folder cannot be made: Read-only file system. Check the file's owner and permissions.\n"
            ])
        let doctor = try await site.moonshift(["doctor"])
        #expect(doctor.output.contains("error    ledger        the first run cannot make it in "))
        disk.unmount()
    }

    @Test func aRunWhoseRefsCannotBeWrittenGoesOnLater() async throws {
        let project = try await BadInputProject()
        let disk = try SmallDisk("\(project.site.gitDirectory)/refs", kilobytes: 1_024)
        disk.setReadOnly(true)
        let server = try await project.server()
        let output = await (try project.site.start(Self.run + ["--json"], on: server)).finished()
        #expect(output.exitCode == 75, "\(output.standardError)")
        let summary = Ending(output).summary
        #expect(summary["type"] == "summary", "\(output.output)")
        #expect(summary["exit"] == 75)
        #expect(summary["features_open"] == 4)
        #expect(output.standardError.contains("Read-only file system\nThe run stopped, what it did is kept."))
        try await project.site.expectCause("cannot lock refs/moonshift/")
        disk.setReadOnly(false)
        let resumed = await (try project.site.start(["resume"], on: server)).finished()
        #expect(resumed.exitCode == 0, "\(resumed.output)\(resumed.standardError)")
        #expect(resumed.output.contains(": 4 of 4 features landed\n"))
        await server.stop(within: .zero)
        disk.unmount()
    }
}

extension BadInputSite {
    /// Expects that the latest run is on record as stopped, with a reason that holds this text.
    fileprivate func expectCause(_ cause: String, at location: SourceLocation = #_sourceLocation) async throws {
        let status = try await moonshift(["status"])
        #expect(!status.output.contains("  finished "), "\(status.output)", sourceLocation: location)
        let report = try await moonshift(["report"])
        let line = report.output.split(separator: "\n").first { $0.contains(" open: ") } ?? ""
        #expect(line.contains(cause), "\(report.output)", sourceLocation: location)
    }
}
