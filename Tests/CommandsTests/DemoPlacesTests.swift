import MoonshiftTestSupport
import Testing
import Vocabulary

/// A demo speaks of nothing that is gone when it ends.
@Suite(.heavy, .timeLimit(.minutes(5)))
struct DemoPlacesTests {
    private func demo(_ more: String...) async throws -> ProcessOutput {
        let folder = try TemporaryDirectory("demo")
        defer { folder.remove() }
        return try await runProcess(
            [try BuiltProduct.path("moonshift"), "demo", "--features", "6", "--faults", "none"] + more,
            environment: ProcessProbe.inheritedEnvironment.merging(["HOME": folder.path]) { $1 }, directory: folder.path
        )
    }

    @Test func aDemoThatIsNotKeptNamesNoBranchAndNoPullRequest() async throws {
        let ending = Ending(try await demo("--json"))
        #expect(ending.count("features_landed") == 6)
        #expect(ending.summary["branches"] == [])
        #expect(ending.summary["pull_requests"] == [])
        #expect(ending.summary["repository"] == nil)
        let text = try await demo("--quiet").output
        #expect(!text.contains("branches: "))
        #expect(text.hasSuffix("the repository and its branches are gone; keep them with --keep DIR\n"))
    }

    @Test(arguments: ["--max-cost", "--max-cost-per-batch"])
    func aDemoThatCannotPayGivesNoAdviceToResume(option: String) async throws {
        let output = try await demo(option, "0")
        #expect(output.exitCode == 75)
        #expect(output.output.contains("6 are open: budget cap of the "))
        #expect(output.output.contains("Raise the cap with \(option).\n"))
        #expect(!(output.output + output.standardError).contains("moonshift resume"))
    }
}
