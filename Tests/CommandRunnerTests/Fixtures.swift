import CommandRunner
import Foundation
import MoonshiftTestSupport
import Testing

/// The two ways to run a command that most promises hold for.
enum Surroundings: String, CaseIterable, CustomTestStringConvertible, Sendable {
    case cage, uncaged

    /// Those that this machine can make.
    static let available: [Surroundings] = isCagePossible ? allCases : [.uncaged]

    static let isCagePossible = ProgramFinder.find("bwrap") != nil

    var testDescription: String { rawValue }

    func runner(grace: Duration = .milliseconds(300)) async throws -> CommandRunner {
        CommandRunner(sandbox: try await Sandbox.select(self == .cage ? .bubblewrap : .none), grace: grace)
    }
}

/// A shell script in a folder that it may write to.
func script(
    _ text: String, in directory: TemporaryDirectory, timeout: Duration = .seconds(60)
) -> Command {
    Command(
        arguments: ["sh", "-c", text], directory: directory.path, environment: ["PATH": "/usr/bin:/bin"],
        timeout: timeout, writablePaths: [directory.path])
}

/// A program argument that no other process of the machine has, to find a process by.
func uniqueSeconds() -> String {
    "9\(UInt32.random(in: 100_000...999_999)).\(UInt32.random(in: 100_000...999_999))"
}

/// Whether a process has `text` among its arguments.
func isRunning(_ text: String) -> Bool {
    let processes = (try? FileManager.default.contentsOfDirectory(atPath: "/proc")) ?? []
    return processes.filter { Int($0) != nil }.contains { process in
        let line = FileManager.default.contents(atPath: "/proc/\(process)/cmdline") ?? Data()
        return line.split(separator: 0).contains { String(decoding: $0, as: UTF8.self) == text }
    }
}

/// Looks again and again, without a promise of how often; the test's time limit ends it.
func eventually(_ condition: () -> Bool) async {
    while !condition() { await Task.yield() }
}
