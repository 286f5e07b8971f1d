import Subprocess

extension CommandError {
    /// Wraps what the process library threw.
    init(_ error: any Error, command: Command) {
        let program = command.arguments.first ?? ""
        switch (error as? SubprocessError)?.code {
        case .executableNotFound: self = .programNotFound(program, searched: command.environment["PATH"] ?? "")
        case .failedToChangeWorkingDirectory: self = .pathMissing(command.directory)
        default: self = .cannotStart(program: program, cause: error)
        }
    }
}
