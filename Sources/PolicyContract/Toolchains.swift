package import Vocabulary

/// The content of one file.
package struct FileText: Codable, Equatable, Sendable {
    package var path: String
    package var content: String

    package init(path: String, content: String) {
        self.path = path
        self.content = content
    }
}

/// The tests of one feature in one file.
package struct TestTarget: Codable, Hashable, Sendable {
    package var feature: FeatureID
    /// Relative to the repository's root.
    package var file: String
    /// The ids that judge the feature; never empty.
    package var ids: [String]

    package init(feature: FeatureID, file: String, ids: [String]) {
        self.feature = feature
        self.file = file
        self.ids = ids
    }
}

/// What a toolchain gets to make its test command from.
package struct TestCommandRequest: Sendable {
    package var targets: [TestTarget]
    /// A folder outside the worktree that only this command sees, absolute; holds ``ToolchainCommand/files``.
    package var scratch: String
    /// Random for this command; lets a runner mark its own lines, so that printed text is not taken for a result.
    package var nonce: String
    /// Programs that the host found, by name: `lua` and `python` may be there.
    package var programs: [String: String]
    /// The plan's own `test_command`, for the generic toolchain.
    package var testCommand: [String]?

    package init(
        targets: [TestTarget], scratch: String, nonce: String, programs: [String: String], testCommand: [String]? = nil
    ) {
        self.targets = targets
        self.scratch = scratch
        self.nonce = nonce
        self.programs = programs
        self.testCommand = testCommand
    }
}

/// A command as a toolchain wants it run, in the worktree's root.
package struct ToolchainCommand: Equatable, Sendable {
    package var arguments: [String]
    package var environment: [String: String]
    /// Files that the host writes into the scratch folder first, by name.
    package var files: [String: String]
    package var timeout: Duration?
    /// A file in the scratch folder to hand back to `readResults`, by name.
    package var report: String?
    /// Whether each test file runs as if it were alone, so that tests of several features may share a command.
    package var isolatesFiles: Bool

    package init(
        arguments: [String], environment: [String: String] = [:], files: [String: String] = [:],
        timeout: Duration? = nil, report: String? = nil, isolatesFiles: Bool = false
    ) {
        self.arguments = arguments
        self.environment = environment
        self.files = files
        self.timeout = timeout
        self.report = report
        self.isolatesFiles = isolatesFiles
    }
}

/// What came out of a test command.
package struct TestCommandOutput: Sendable {
    package var targets: [TestTarget]
    package var nonce: String
    /// Exit status; 128 + n when signal n ended the command.
    package var exitCode: Int
    package var isTimedOut: Bool
    /// Standard output and error as they came, cut at a limit.
    package var output: String
    /// The content of the report file; nil when it was not written.
    package var report: String?

    package init(
        targets: [TestTarget], nonce: String, exitCode: Int, isTimedOut: Bool, output: String, report: String? = nil
    ) {
        self.targets = targets
        self.nonce = nonce
        self.exitCode = exitCode
        self.isTimedOut = isTimedOut
        self.output = output
        self.report = report
    }
}

/// The outcome of one test id.
package struct TestResult: Codable, Equatable, Sendable {
    package enum Outcome: String, Codable, CaseIterable, Sendable {
        case passed, failed, skipped, error
        /// Asked for, but the command's output does not mention it.
        case missing
    }

    package var file: String
    package var id: String
    package var outcome: Outcome
    /// The failure's text, cut; empty for a pass.
    package var message: String

    package init(file: String, id: String, outcome: Outcome, message: String = "") {
        self.file = file
        self.id = id
        self.outcome = outcome
        self.message = message
    }
}
