extension RunEvent {
    /// What a feature is judged by from here on.
    package struct TestsLocked: Codable, Equatable, Sendable {
        package var toolchain: String
        /// The feature's test file.
        package var file: String
        /// The test ids that decide; never empty.
        package var ids: [String]
        /// Every locked path with its blob id: tests and runner configuration.
        package var files: [String: String]

        package init(toolchain: String, file: String, ids: [String], files: [String: String]) {
            self.toolchain = toolchain
            self.file = file
            self.ids = ids
            self.files = files
        }
    }

    /// Tests were run on a tree.
    package struct TestsRun: Codable, Equatable, Sendable {
        package var purpose: TestPurpose
        package var tree: String
        package var passed: Int
        /// Tests that ran and failed, or did not run.
        package var failed: Int
        package var isGreen: Bool
        package var seconds: Double
        package var outputTail: String

        package init(
            purpose: TestPurpose, tree: String, passed: Int, failed: Int, isGreen: Bool, seconds: Double,
            outputTail: String = ""
        ) {
            self.purpose = purpose
            self.tree = tree
            self.passed = passed
            self.failed = failed
            self.isGreen = isGreen
            self.seconds = seconds
            self.outputTail = outputTail
        }

        private enum CodingKeys: String, CodingKey {
            case purpose, tree, passed, failed, seconds
            case isGreen = "is_green"
            case outputTail = "output_tail"
        }
    }

    /// Why tests were run.
    package enum TestPurpose: String, CaseIterable, Codable, Sendable {
        /// That the tests fail before the work, for the right reason.
        case red
        /// The worker's own run, which decides nothing.
        case worker
        /// That the feature's tests pass on its change.
        case verify
        /// That the batch's tests pass on the tree about to land.
        case landing
        /// That the tip without the candidates is green.
        case base
    }
}
