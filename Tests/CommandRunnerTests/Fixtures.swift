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
