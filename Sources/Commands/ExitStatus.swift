import ArgumentParser

/// The exit codes of every command.
enum ExitStatus: Int32 {
    case done = 0
    /// Finished with failed features, or failed.
    case failed = 1
    /// Bad usage; ArgumentParser's own code.
    case usage = 64
    /// A plan, recipe or repository that cannot be worked with.
    case badInput = 65
    /// A worker, service or program that is needed is not there.
    case unavailable = 69
    /// Stopped early and resumable: cap, stop.
    case stopped = 75

    var code: ExitCode {
        ExitCode(rawValue)
    }
}

/// A command failed for a reason that is told to the user in full.
struct CommandFailure: Error, CustomStringConvertible {
    let status: ExitStatus
    let description: String

    init(_ status: ExitStatus, _ description: String) {
        self.status = status
        self.description = description
    }
}
