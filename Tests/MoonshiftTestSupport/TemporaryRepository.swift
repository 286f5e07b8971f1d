import Foundation
import Synchronization

/// A real git repository of one test, made by the git program, untouched by the user's configuration.
///
/// Names, addresses and dates are fixed (each commit one minute after the one before), so equal steps give equal hashes.
/// A bare repository has no working tree of its own: what ``write(_:to:)`` writes lies in a folder beside it.
package final class TemporaryRepository: Sendable {
    package struct GitFailure: Error, CustomStringConvertible {
        package let arguments: [String]
        package let result: ProcessOutput

        package var description: String {
            "git \(arguments.joined(separator: " ")) ended with \(result.exitCode): \(result.standardError)"
        }
    }

    /// The repository: its working tree, or the bare repository itself. Absolute.
    package let path: String
    /// Where files are written; equal to ``path`` unless the repository is bare.
    package let filesPath: String
    package let isBare: Bool
    /// The folder that holds everything; removed with the repository.
    package let directory: TemporaryDirectory
    private let commitCount = Mutex(0)

    /// Makes an empty repository whose branch is `main`.
    ///
    /// - Parameters:
    ///   - isBare: Whether it has no working tree.
    ///   - files: Texts by path; when not empty, they are written and committed as `Initial files`.
    /// - Throws: ``GitFailure``, or the error of the file system.
    package init(isBare: Bool = false, files: [String: String] = [:]) async throws {
        directory = try TemporaryDirectory("repository")
        self.isBare = isBare
        path = directory.path(of: isBare ? "repository.git" : "repository")
        filesPath = isBare ? directory.path(of: "files") : path
        for folder in [path, filesPath, directory.path(of: "home")] {
            try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        }
        try await git(["init", "--quiet", "--initial-branch=main"] + (isBare ? ["--bare"] : []))
        guard !files.isEmpty else { return }
        for (file, text) in files { try write(text, to: file) }
        try await commit("Initial files")
    }

    /// What a program needs to see the same isolated git as ``git(_:input:)``: an own HOME and no configuration.
    package var environment: [String: String] {
        let path = ProcessInfo.processInfo.environment["PATH"] ?? "/usr/bin:/bin"
        let date = "\(1_700_000_000 + commitCount.withLock { $0 } * 60) +0000"
        return [
            "PATH": path, "HOME": directory.path(of: "home"), "LC_ALL": "C.UTF-8", "TZ": "UTC",
            "GIT_CONFIG_NOSYSTEM": "1", "GIT_CONFIG_GLOBAL": "/dev/null", "GIT_TERMINAL_PROMPT": "0",
            "GIT_AUTHOR_NAME": "Test Author", "GIT_AUTHOR_EMAIL": "author@example.com", "GIT_AUTHOR_DATE": date,
            "GIT_COMMITTER_NAME": "Test Committer", "GIT_COMMITTER_EMAIL": "committer@example.com",
            "GIT_COMMITTER_DATE": date,
        ]
    }

    /// Writes a file of the working tree; folders on the way are made.
    package func write(_ text: String, to file: String) throws {
        try directory.write(text, to: "\(URL(fileURLWithPath: filesPath).lastPathComponent)/\(file)")
    }

    /// The text of a file of the working tree.
    package func read(_ file: String) throws -> String {
        try directory.read("\(URL(fileURLWithPath: filesPath).lastPathComponent)/\(file)")
    }

    /// Commits everything that is in the working tree; an empty commit is allowed.
    /// - Returns: The hash of the commit.
    @discardableResult
    package func commit(_ message: String) async throws -> String {
        commitCount.withLock { $0 += 1 }
        try await git(["add", "--all", "--force"], inFiles: true)
        try await git(["commit", "--quiet", "--allow-empty", "--no-gpg-sign", "--message", message], inFiles: true)
        return try await git("rev-parse", "HEAD")
    }

    /// Runs git in the repository.
    /// - Returns: Its standard output without the line ends at the end.
    /// - Throws: ``GitFailure`` for any exit code but 0.
    @discardableResult
    package func git(_ arguments: String..., input: String = "") async throws -> String {
        try await git(arguments, input: input)
    }

    /// Runs git in the repository, with the arguments as a list.
    @discardableResult
    package func git(_ arguments: [String], input: String = "") async throws -> String {
        try await git(arguments, inFiles: false, input: input)
    }

    @discardableResult
    private func git(_ arguments: [String], inFiles: Bool, input: String = "") async throws -> String {
        var environment = environment
        if isBare && inFiles {
            environment["GIT_DIR"] = path
            environment["GIT_WORK_TREE"] = filesPath
            // A bare repository has no index; leaving one in it would make it differ from what users have.
            environment["GIT_INDEX_FILE"] = directory.path(of: "index")
        }
        let result = try await runProcess(
            ["git"] + arguments, environment: environment, input: Array(input.utf8),
            directory: inFiles ? filesPath : path)
        guard result.exitCode == 0 else { throw GitFailure(arguments: arguments, result: result) }
        var output = result.output[...]
        while output.last?.isNewline == true { output.removeLast() }
        return String(output)
    }
}
