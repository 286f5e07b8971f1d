import CommandRunner

/// The git program, run by the host on a repository that nobody may use to run something else.
///
/// The repository is always named explicitly, so that nothing in the current folder is believed; hooks, the file system
/// monitor and everything that could ask a question are off; of the user's environment only `PATH` and `HOME` are kept.
struct HostGit: Sendable {
    let commands: CommandRunner
    let gitDirectory: String

    struct Answer: Sendable {
        let exitCode: Int
        let output: [UInt8]
        let standardError: String
    }

    /// `workTree`: the folder to compare with the repository; nil for commands that need none.
    ///
    /// - Returns: Whatever the exit code is.
    func run(
        _ arguments: [String], gitDirectory: String? = nil, workTree: String? = nil
    ) async throws -> Answer {
        let fixed = [
            "-c", "core.fsmonitor=false", "-c", "core.hooksPath=/dev/null", "-c", "gc.auto=0",
            "-c", "maintenance.auto=false", "-c", "protocol.allow=never",
            "-c", "core.attributesFile=/dev/null", "-c", "merge.conflictStyle=merge",
        ]
        var environment = Self.environment
        environment["GIT_DIR"] = gitDirectory ?? self.gitDirectory
        environment["GIT_WORK_TREE"] = workTree
        let command = Command(
            arguments: ["git"] + fixed + arguments, directory: workTree ?? self.gitDirectory,
            environment: environment, timeout: .seconds(300), outputLimitInBytes: 64 << 20, isCaged: false,
            separatesStandardError: true)
        let result = try await commands.run(command)
        return Answer(
            exitCode: result.exitCode, output: result.output,
            standardError: String(decoding: result.standardError, as: UTF8.self))
    }

    /// Runs a command that must succeed.
    func check(_ arguments: [String], gitDirectory: String? = nil, workTree: String? = nil) async throws -> [UInt8] {
        let answer = try await run(arguments, gitDirectory: gitDirectory, workTree: workTree)
        guard answer.exitCode == 0 else {
            throw RepositoryError.gitFailed(
                command: arguments.joined(separator: " "), exitCode: answer.exitCode,
                text: answer.standardError.trimmed)
        }
        return answer.output
    }

    private static let environment = [
        "PATH": HostEnvironment.path, "HOME": HostEnvironment.home, "LC_ALL": "C.UTF-8",
        "GIT_OPTIONAL_LOCKS": "0", "GIT_CONFIG_NOSYSTEM": "1", "GIT_CONFIG_GLOBAL": "/dev/null",
        "GIT_TERMINAL_PROMPT": "0", "GIT_ASKPASS": "/bin/false", "GIT_NO_REPLACE_OBJECTS": "1",
    ]
}
