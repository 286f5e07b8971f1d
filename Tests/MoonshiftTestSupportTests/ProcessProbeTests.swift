import Foundation
import MoonshiftTestSupport
import Testing

@Suite(.timeLimit(.minutes(1))) struct ProcessProbeTests {
    @Test func inputOutputAndExitCodeComeThrough() async throws {
        let result = try await runProcess(
            ["sh", "-c", "cat; echo err >&2; exit 3"], input: Array("in".utf8))
        #expect(result == ProcessOutput(exitCode: 3, output: "in", standardError: "err\n"))
    }

    @Test func theEnvironmentIsExactlyTheGivenOne() async throws {
        let result = try await runProcess(["/usr/bin/env"], environment: ["A": "1"])
        #expect(result.output == "A=1\n")
    }

    @Test func itStartsInTheGivenFolder() async throws {
        let folder = try TemporaryDirectory()
        #expect(try await runProcess(["pwd"], directory: folder.path).output == folder.path + "\n")
    }

    @Test func aDeadlySignalIsSeen() async throws {
        #expect(try await runProcess(["sh", "-c", "kill -TERM $$"]).exitCode == 143)
    }

    @Test func aMissingProgramIsAnError() async throws {
        await #expect(throws: ProcessProbe.CannotStart.self) { try await runProcess(["/no/such/program"]) }
        await #expect(throws: ProcessProbe.CannotStart.self) { try await runProcess([]) }
        await #expect(throws: ProcessProbe.CannotStart.self) { try await runProcess(["true"], directory: "/no/such") }
    }

    @Test func muchOutputAndInputDoNotBlockEachOther() async throws {
        let input = [UInt8](repeating: 97, count: 3_000_000)
        #expect(try await runProcess(["cat"], input: input).output.utf8.count == input.count)
        #expect(try await runProcess(["true"], input: input).exitCode == 0)
    }

    @Test func aGrandchildThatHoldsTheOutputDoesNotHoldUpTheEnd() async throws {
        let probe = try ProcessProbe(["sh", "-c", "sleep 600 & echo done"])
        let result = await probe.finished()
        kill(-probe.processID, SIGKILL)
        #expect(result == ProcessOutput(exitCode: 0, output: "done\n", standardError: ""))
    }

    @Test func aRunningProcessCanBeWatchedAndKilled() async throws {
        let probe = try ProcessProbe(["sh", "-c", "echo ready; exec sleep 600"])
        try await probe.printed("ready")
        probe.send(signal: SIGKILL)
        #expect(await probe.finished().exitCode == 137)
        await #expect(throws: ProcessProbe.EndedEarly.self) { try await probe.printed("more") }
    }

    @Test func cancellingTheTaskKillsTheWholeGroup() async throws {
        let folder = try TemporaryDirectory()
        let pipe = folder.path(of: "pipe")
        let task = Task { try await runProcess(["sh", "-c", "mkfifo \(pipe); sleep 600 & cat \(pipe)"]) }
        task.cancel()
        #expect(try await task.value.exitCode == 137)
    }

    @Test func hundredsRunBesideEachOther() async throws {
        try await withThrowingTaskGroup(of: ProcessOutput.self) { group in
            for number in 0..<200 { group.addTask { try await runProcess(["cat"], input: Array("\(number)".utf8)) } }
            var sum = 0
            for try await result in group { sum += Int(result.output) ?? 0 }
            #expect(sum == 19_900)
        }
    }
}
