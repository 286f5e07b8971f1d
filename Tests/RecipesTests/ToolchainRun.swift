import MoonshiftTestSupport
import Packs
import Plans
import PolicyContract
import Vocabulary

@testable import Recipes

/// Runs a toolchain end to end in a folder: its command as a plain process, its reading of what came out.
struct ToolchainRun {
    let worktree: TemporaryDirectory
    let host: RecipeHost
    let name: ToolchainName

    init(_ name: ToolchainName) throws {
        worktree = try TemporaryDirectory("toolchain")
        host = try builtInHost()
        self.name = name
    }

    func results(of targets: [TestTarget]) async throws -> [TestResult] {
        let scratch = try TemporaryDirectory("scratch")
        let request = TestCommandRequest(
            targets: targets, scratch: scratch.path, nonce: "n0nce", programs: ["lua": "/usr/bin/lua5.4"])
        let command = try await host.testCommand(name, request)
        for (file, text) in command.files { try scratch.write(text, to: file) }
        // Both streams in one, as a test command's output is.
        let outcome = try await runProcess(
            ["sh", "-c", #"exec "$@" 2>&1"#, "sh"] + command.arguments,
            environment: ProcessProbe.inheritedEnvironment.merging(command.environment) { $1 }, directory: worktree.path
        )
        let report = try command.report.flatMap { scratch.exists($0) ? try scratch.read($0) : nil }
        return try await host.readResults(
            name,
            TestCommandOutput(
                targets: targets, nonce: "n0nce", exitCode: Int(outcome.exitCode), isTimedOut: false,
                output: outcome.output,
                report: report))
    }
}

extension TestTarget {
    init(_ file: String, _ ids: String...) {
        self.init(feature: "f", file: file, ids: ids)
    }
}

extension [TestResult] {
    /// `id outcome` for each.
    var outcomes: [String] { map { "\($0.id) \($0.outcome)" } }
}
