package import PolicyContract
package import Workspaces

/// The tests of one feature, with what is needed to run them.
package struct Judgement: Codable, Hashable, Sendable {
    package var toolchain: ToolchainName
    package var target: TestTarget
    /// The plan's own command, if it gave one.
    package var testCommand: [String]?

    package init(toolchain: ToolchainName, target: TestTarget, testCommand: [String]? = nil) {
        self.toolchain = toolchain
        self.target = target
        self.testCommand = testCommand
    }
}

/// What running some tests on one tree showed.
package struct TestRun: Equatable, Sendable {
    /// The tree that the tests ran on.
    package let tree: ObjectID
    /// One result for each asked id; ids that the output did not mention are ``TestResult/Outcome/missing``.
    package let results: [TestResult]
    /// The end of the commands' output, cut to a few kilobytes.
    package let outputTail: String
    /// The status of the first command that did not exit with 0, else 0.
    package let exitCode: Int
    package let isTimedOut: Bool
    package let seconds: Double

    package init(
        tree: ObjectID, results: [TestResult], outputTail: String, exitCode: Int, isTimedOut: Bool, seconds: Double
    ) {
        self.tree = tree
        self.results = results
        self.outputTail = outputTail
        self.exitCode = exitCode
        self.isTimedOut = isTimedOut
        self.seconds = seconds
    }

    /// Whether at least one test was asked for and every asked one ran and passed.
    package var isGreen: Bool {
        !results.isEmpty && results.allSatisfy { $0.outcome == .passed }
    }

    package var passedCount: Int {
        results.count { $0.outcome == .passed }
    }

    /// The run as a model should read it: counts, each test that did not pass, then the end of the output.
    package var report: String {
        let counts = "\(passedCount) passed, \(results.count - passedCount) failed"
        var lines = [counts + (isTimedOut ? "; the command timed out" : "")]
        for result in results where result.outcome != .passed {
            let message = result.message.isEmpty ? "" : ": \(result.message)"
            lines.append("\(result.outcome.rawValue.uppercased()) \(result.file) \(result.id)\(message)")
        }
        if !isGreen, !outputTail.isEmpty {
            lines.append("--- output ---")
            lines.append(outputTail)
        }
        return lines.joined(separator: "\n")
    }
}
