import Foundation
import MoonshiftTestSupport
import SimulatedModel
import Testing

/// What a run that is killed leaves running: nothing.
@Suite(.heavy, .timeLimit(.minutes(5)))
struct OrphanTests {
    @Test(arguments: ["none", "auto"])
    func testCommandsDieWithTheProgramThatStartedThem(sandbox: String) async throws {
        let seconds = uniqueSeconds()
        let site = try await BadInputSite(files: [
            "plan.yaml": """
            features:
              - name: a
                file_path: src/a.lua
                test_path: tests/a_test.lua

            """,
            "src/a.lua": "return {}\n",
            // The shell that runs it is a child of the test command, which is what the program knows.
            "tests/a_test.lua": "return { test_a = function() os.execute('sleep \(seconds); true') end }\n",
        ])
        let probe = try site.start(["run", "--plan", "plan.yaml", "--sandbox", sandbox], port: 1)
        try #require(await eventually { isRunning(seconds) })
        probe.send(signal: SIGKILL)
        let end = await probe.finished()
        #expect(end.exitCode == 128 + SIGKILL)
        #expect(await eventually { !isRunning(seconds) })
    }
}
