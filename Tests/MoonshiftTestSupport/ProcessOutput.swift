/// What a finished child process left.
package struct ProcessOutput: Equatable, Sendable {
    /// The exit code; 128 + n when signal n ended it.
    package var exitCode: Int32
    /// Standard output, invalid UTF-8 repaired.
    package var output: String
    /// Standard error, invalid UTF-8 repaired.
    package var standardError: String

    package init(exitCode: Int32, output: String, standardError: String) {
        self.exitCode = exitCode
        self.output = output
        self.standardError = standardError
    }
}

/// Runs a program to its end without blocking a thread of the cooperative pool.
///
/// The child gets its own process group; when the task is cancelled the whole group is killed and the result says 137.
/// - Parameters:
///   - arguments: The program, looked up in this process's PATH when it has no slash, and its arguments.
///   - environment: The complete environment; nil is ``ProcessProbe/inheritedEnvironment``.
///   - input: Its standard input, closed afterwards.
///   - directory: Where it starts; nil is our own working directory.
/// - Returns: All that the program wrote, and how it ended.
/// - Throws: ``ProcessProbe/CannotStart`` when the program cannot be started.
package func runProcess(
    _ arguments: [String], environment: [String: String]? = nil, input: [UInt8] = [], directory: String? = nil
) async throws -> ProcessOutput {
    let probe = try ProcessProbe(arguments, environment: environment, input: input, directory: directory)
    return await withTaskCancellationHandler {
        await probe.finished()
    } onCancel: {
        probe.killGroup()
    }
}
