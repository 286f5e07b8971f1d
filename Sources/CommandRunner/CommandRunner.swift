import Foundation
import Glibc
import Synchronization

/// Starts child processes, keeps them in their bounds, and leaves none behind.
///
/// Any number of commands may run at once; who wants fewer waits outside of this module.
package struct CommandRunner: Sendable {
    package let sandbox: Sandbox
    /// How long a command may take to end after it was asked to.
    private let grace: Duration
    private let counts = Counts()

    package init(sandbox: Sandbox, grace: Duration = .milliseconds(500)) {
        self.sandbox = sandbox
        self.grace = grace
    }

    /// Runs a command to its end.
    ///
    /// When its time is over, or when the calling task is cancelled, the command is asked to end, and after a grace it and
    /// all its descendants are killed; nothing of it runs any more when this function returns.
    ///
    /// - Returns: How it ended, also when it failed, was killed by a signal, or ran out of time.
    /// - Throws: ``CommandError`` when it could not be started, `CancellationError` when the task was cancelled.
    package func run(_ command: Command) async throws -> CommandResult {
        try Task.checkCancellation()
        let launch = try Launch(command, in: sandbox)
        defer { if let identity = launch.identity { sandbox.identities.release(identity) } }
        counts.started(command, isCaged: launch.isCaged)
        defer { counts.ended() }
        do {
            // It outlives the cancellation of our task, because its teardown takes time.
            let supervision = try Supervision(launch: launch, timeout: command.timeout, grace: grace)
            return try await withTaskCancellationHandler {
                try await supervision.run(command)
            } onCancel: {
                supervision.cancel()
            }
        } catch let error as SystemError {
            throw CommandError.cannotStart(program: command.arguments.first ?? "", cause: error)
        }
    }

    /// What was started so far, and what all children of this process have used.
    package var statistics: CommandStatistics {
        counts.statistics
    }
}

/// The counters behind ``CommandRunner/statistics``.
private final class Counts: Sendable {
    private let state = Mutex(CommandStatistics())

    func started(_ command: Command, isCaged: Bool) {
        state.withLock { state in
            state.running += 1
            if !command.isCaged {
                state.trusted += 1
            } else if isCaged {
                state.caged += 1
            } else {
                state.uncaged += 1
            }
        }
    }

    func ended() {
        state.withLock { $0.running -= 1 }
    }

    var statistics: CommandStatistics {
        var statistics = state.withLock { $0 }
        var usage = rusage()
        getrusage(RUSAGE_CHILDREN.rawValue, &usage)
        let microseconds = [usage.ru_utime, usage.ru_stime].map { Int64($0.tv_sec) * 1_000_000 + Int64($0.tv_usec) }
        statistics.childrenCPUTime = .microseconds(microseconds.reduce(0, +))
        return statistics
    }
}
