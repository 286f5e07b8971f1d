package import ModelAPI
package import PolicyContract
package import Workspaces

/// What a worker hands back after a stage attempt.
package struct StageResult: Equatable, Sendable {
    package enum Outcome: Equatable, Sendable {
        /// The model says that it is done; whether that is true is for others to find out.
        case finished(summary: String)
        case gaveUp(Failure)
    }

    /// All edits on the base, those of earlier stages included, by path.
    package var changes: [String: FileChange]
    package var outcome: Outcome
    /// Answers that the model gave.
    package var turns: Int
    /// Answers and tool calls that could not be understood.
    package var malformedCount: Int
    package var testRuns: Int
    /// Input and output tokens, as far as the server counted them.
    package var tokens: Int
    /// The model call that ended the attempt, when one did: more exact than the failure made from it.
    package var callError: ModelCallError?

    package init(
        changes: [String: FileChange], outcome: Outcome, turns: Int = 0, malformedCount: Int = 0, testRuns: Int = 0,
        tokens: Int = 0, callError: ModelCallError? = nil
    ) {
        self.changes = changes
        self.outcome = outcome
        self.turns = turns
        self.malformedCount = malformedCount
        self.testRuns = testRuns
        self.tokens = tokens
        self.callError = callError
    }

    /// Why the attempt failed; nil when it did not.
    package var failure: Failure? {
        if case .gaveUp(let failure) = outcome { failure } else { nil }
    }
}
