import MoonshiftTestSupport
import Packs
import Plans
import PolicyContract
import Testing
import Vocabulary

@testable import Recipes

@Suite struct GenericToolchainTests {
    private var feature: Feature {
        var feature = Feature.example(file: "src/x.lua", test: "spec/x.txt")
        feature.testCommand = ["sh", "-c", "make check && ./scripts/verify.sh src/x.lua"]
        return feature
    }

    @Test func aCommandOfThePlanWinsOverTheLanguage() async throws {
        #expect(try await builtInHost().toolchain(for: feature) == "generic")
    }

    @Test(arguments: [
        (0, false, TestResult.Outcome.passed, ""), (1, false, .failed, "the test command ended with exit code 1\nout"),
        (127, false, .error, "the test command could not be started (exit 127)\nout"),
        (137, true, .failed, "the test command was stopped after its time limit\nout"),
    ])
    func theExitCodeDecides(exit: Int, isTimedOut: Bool, outcome: TestResult.Outcome, message: String) async throws {
        let output = TestCommandOutput(
            targets: [TestTarget("spec/x.txt", "command")], nonce: "n", exitCode: exit, isTimedOut: isTimedOut,
            output: " out\n")
        #expect(
            try await builtInHost().readResults("generic", output) == [
                TestResult(file: "spec/x.txt", id: "command", outcome: outcome, message: message)
            ])
    }

    @Test func theCommandRunsAsThePlanSays() async throws {
        let host = try builtInHost()
        #expect(try await host.findTests("generic", feature: feature, testSource: "") == ["command"])
        var request = TestCommandRequest(
            targets: [TestTarget("x", "command")], scratch: "/s", nonce: "n", programs: [:], testCommand: ["true"])
        #expect(try await host.testCommand("generic", request) == ToolchainCommand(arguments: ["true"]))
        request.testCommand = nil
        let bare = request
        let error = await #expect(throws: PolicyError.self) { try await host.testCommand("generic", bare) }
        #expect(error?.policy == "toolchain generic run")
        #expect(error?.message.contains("the feature has no `test_command`") == true)
    }

    @Test func whatTheCommandTakesOrdersFromIsProtected() async throws {
        #expect(
            try await builtInHost().protectedGlobs("generic", feature: feature) == [
                "Makefile", "makefile", "GNUmakefile", "**/*.mk", "scripts/verify.sh", "spec/x.txt",
            ])
    }
}
