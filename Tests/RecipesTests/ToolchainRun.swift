import Foundation
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
        let outcome = try run(command)
        let report = try command.report.flatMap { scratch.exists($0) ? try scratch.read($0) : nil }
        return try await host.readResults(
            name,
            TestCommandOutput(
                targets: targets, nonce: "n0nce", exitCode: outcome.exitCode, isTimedOut: false, output: outcome.output,
                report: report))
    }

    private func run(_ command: ToolchainCommand) throws -> (exitCode: Int, output: String) {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
        process.arguments = command.arguments
        process.currentDirectoryURL = URL(fileURLWithPath: worktree.path)
        process.environment = ProcessInfo.processInfo.environment.merging(command.environment) { $1 }
        let pipe = Pipe()
        process.standardOutput = pipe
        process.standardError = pipe
        try process.run()
        let text = String(decoding: pipe.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
        process.waitUntilExit()
        return (Int(process.terminationStatus), text)
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
