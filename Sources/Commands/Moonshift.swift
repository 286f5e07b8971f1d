package import ArgumentParser
import Foundation

/// The root command.
package struct Moonshift: AsyncParsableCommand {
    package static let configuration = CommandConfiguration(
        commandName: "moonshift",
        abstract: "Turns a plan of many features into tested commits, under a budget that cannot be passed.",
        discussion: """
            Start with `moonshift demo`: the whole real thing on a generated repository, with no key and no network.
            Then `moonshift plan check PLAN`, `moonshift run --plan PLAN --dry-run`, and `moonshift run --plan PLAN`.
            """,
        version: "0.1.0",
        subcommands: [
            Run.self, Resume.self, Status.self, Report.self, PlanCommand.self, Demo.self, Doctor.self, Trust.self,
            LuaCommand.self,
        ])

    package init() {}
}

/// A subcommand that runs in a context and reports failures as text and exit code.
protocol ContextCommand: AsyncParsableCommand {
    func run(in context: CommandContext) async throws
}

extension ContextCommand {
    mutating func run() async throws {
        signal(SIGPIPE, SIG_IGN)
        ProcessSetup.raiseFileLimit()
        let context = CommandContext.process
        do {
            try await run(in: context)
        } catch let exit as ExitCode {
            throw exit
        } catch let failure as CommandFailure {
            context.progress("moonshift: \(failure.description)")
            throw failure.status.code
        } catch {
            let failure = FailureText(error)
            context.progress("moonshift: \(failure.text)")
            throw failure.status.code
        }
    }
}
