import ArgumentParser
import Vocabulary

extension Moonshift {
    struct Doctor: ContextCommand {
        static let configuration = CommandConfiguration(
            abstract: "Checks what is missing or weak on this machine and in this repository.")

        @Option(help: ArgumentHelp("The repository, or a folder in it.", valueName: "dir"))
        var repo = "."

        @Flag(help: "Print one JSON object instead of text.")
        var json = false

        func run(in context: CommandContext) async throws {
            let checks = await DoctorChecks(repository: context.absolute(repo), context: context).run()
            context.output(json ? Self.value(checks).json + "\n" : Self.text(checks))
            if checks.contains(where: { $0.level == .error }) { throw ExitStatus.unavailable.code }
        }

        private static func text(_ checks: [DoctorCheck]) -> String {
            checks.map { check in
                let lines = check.message.split(separator: "\n").joined(
                    separator: "\n" + String(repeating: " ", count: 23))
                return "\(check.level.rawValue.padded(to: 8)) \(check.name.padded(to: 13)) \(lines)\n"
            }.joined()
        }

        private static func value(_ checks: [DoctorCheck]) -> Value {
            let rows = checks.map { check -> Value in
                [
                    "name": .string(check.name), "level": .string(check.level.rawValue),
                    "message": .string(check.message),
                ]
            }
            return [
                "version": 1, "ok": .bool(!checks.contains { $0.level == .error }), "checks": .list(rows),
            ]
        }
    }
}

/// What one look at the machine or the repository found.
struct DoctorCheck: Equatable, Sendable {
    enum Level: String, Sendable {
        case ok, warning, error
    }

    var name: String
    var level: Level
    /// What was found; for anything but `ok` also what to do about it.
    var message: String

    static func ok(_ name: String, _ message: String) -> DoctorCheck {
        DoctorCheck(name: name, level: .ok, message: message)
    }

    static func warning(_ name: String, _ message: String) -> DoctorCheck {
        DoctorCheck(name: name, level: .warning, message: message)
    }

    static func error(_ name: String, _ message: String) -> DoctorCheck {
        DoctorCheck(name: name, level: .error, message: message)
    }
}
