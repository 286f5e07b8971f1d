package import PolicyContract
package import Workspaces

/// Runs the tests that judge a feature, on the base with edits that exist nowhere else yet.
package protocol TestRunning: Sendable {
    /// Runs them once, on the base tree of the assignment with `changes`, which are all edits by path.
    ///
    /// - Returns: What came out; red tests are no error.
    /// - Throws: When they cannot be run at all, and `CancellationError`.
    func runTests(_ changes: [String: FileChange]) async throws -> TestRunReport
}

/// What running the tests showed.
package struct TestRunReport: Equatable, Sendable {
    package var isGreen: Bool
    /// For the model: counts, what failed, the end of the output.
    package var text: String
    package var results: [TestResult]

    package init(isGreen: Bool, text: String, results: [TestResult] = []) {
        self.isGreen = isGreen
        self.text = text
        self.results = results
    }
}
