/// A command that could not be started. How a started one ended is a ``CommandResult``.
package enum CommandError: Error, CustomStringConvertible, Sendable {
    case noProgram
    case programNotFound(String, searched: String)
    /// The working directory or a writable path is not there.
    case pathMissing(String)
    /// The working directory is outside of everything that the cage shows.
    case directoryHidden(String)
    case cannotStart(program: String, cause: any Error)

    package var description: String {
        switch self {
        case .noProgram:
            "cannot run an empty command: its argument list names no program"
        case .programNotFound(let name, let searched):
            "cannot find program '\(name)' in \(searched.isEmpty ? "an empty PATH" : searched): install it or correct PATH"
        case .pathMissing(let path):
            "cannot run a command: \(path) does not exist"
        case .directoryHidden(let path):
            "cannot run a command in \(path): the cage shows neither it nor a folder above it"
        case .cannotStart(let program, let cause):
            "cannot start '\(program)': \(cause)"
        }
    }
}
