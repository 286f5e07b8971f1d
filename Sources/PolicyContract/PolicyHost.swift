package import Plans
package import Vocabulary

/// Answers the questions of a run: the one list of policies that exists.
///
/// Every function may suspend and may be called from many tasks at once; answers to one question come in no promised order.
/// Contexts are copies: nothing that a policy does to them reaches the engine.
package protocol PolicyHost: Sendable {
    /// Features to add, change and drop before anything else happens.
    func expand(_ context: ExpandContext) async throws(PolicyError) -> PlanExpansion
    /// The ordered stages of a feature; at least one.
    func stages(_ context: StagesContext) async throws(PolicyError) -> [StagePlan]
    /// How the features are grouped; checked by the engine: each feature exactly once, no cycle.
    func batch(_ context: BatchContext) async throws(PolicyError) -> [BatchPlan]
    /// Worker and model of one stage attempt.
    func route(_ context: RouteContext) async throws(PolicyError) -> Route
    /// The text that the worker starts from.
    func prompt(_ context: PromptContext) async throws(PolicyError) -> Prompt
    /// Whether a verified change may become a candidate.
    func accept(_ context: AcceptContext) async throws(PolicyError) -> Verdict
    /// What to do after a failed attempt.
    func retry(_ context: RetryContext) async throws(PolicyError) -> RetryDecision
    /// How the ready candidates of a batch are folded.
    func landing(_ context: LandingContext) async throws(PolicyError) -> LandingDecision
    /// The message of a feature's commit.
    func commit(_ context: CommitContext) async throws(PolicyError) -> CommitMessage
    /// The text of a batch's pull request.
    func pullRequest(_ context: PullRequestContext) async throws(PolicyError) -> PullRequestText
    /// Tells the policies of something that happened; returns at once and never fails the run.
    func observe(_ event: Value)
    /// Where the policy that is asked first stands, such as `recipes/mine.lua:12`; nil when that is not known.
    func place(of policy: String) async -> String?
}

/// Knows how a language's tests are found, skeletons written, run and read.
package protocol ToolchainHost: Sendable {
    /// The toolchain that fits a feature, by its paths; nil when none does.
    func toolchain(for feature: Feature) async throws(PolicyError) -> ToolchainName?
    /// The test ids in a test file that judge the feature, in file order; empty when the file holds none.
    func findTests(_ name: ToolchainName, feature: Feature, testSource: String) async throws(PolicyError) -> [String]
    /// A test file to start from when the plan names one that does not exist; nil when a worker has to write it.
    func skeleton(_ name: ToolchainName, feature: Feature) async throws(PolicyError) -> FileText?
    /// The source file to start from, given what is there now; nil when nothing has to be added.
    func stub(_ name: ToolchainName, feature: Feature, source: String?) async throws(PolicyError) -> FileText?
    /// The command that runs the targets, all in one process.
    func testCommand(_ name: ToolchainName, _ request: TestCommandRequest) async throws(PolicyError) -> ToolchainCommand
    /// What the command's output says of each asked test id.
    func readResults(_ name: ToolchainName, _ output: TestCommandOutput) async throws(PolicyError) -> [TestResult]
    /// Globs of the files that configure the test runner; frozen together with the tests.
    func protectedGlobs(_ name: ToolchainName, feature: Feature) async throws(PolicyError) -> [String]
}

/// A policy failed: what failed, where, and whether the run can go on without it.
package struct PolicyError: Error, CustomStringConvertible, Equatable, Sendable {
    /// The name in the table of policies, such as `retry`, or `toolchain lua run`.
    package let policy: String
    /// File, line and message as a user should read them.
    package let message: String
    /// Whether the run has to stop (`batch`, `accept`), or may use the built-in default.
    package let stopsRun: Bool

    package init(policy: String, message: String, stopsRun: Bool) {
        self.policy = policy
        self.message = message
        self.stopsRun = stopsRun
    }

    package var description: String {
        "policy '\(policy)': \(message)"
    }
}

/// The name under which a pack provides a toolchain, such as `python-pytest`.
package struct ToolchainName: Identifier {
    package let rawValue: String

    package init(rawValue: String) {
        self.rawValue = rawValue
    }
}
