/// What one stage attempt of a worker may use; budgets of money are not here, because the meter keeps them.
package struct WorkerLimits: Codable, Equatable, Sendable {
    /// Model calls.
    package var turns: Int
    /// The attempt as a whole, waiting included.
    package var time: Duration
    /// Input and output tokens of all calls, as far as the server counts them.
    package var tokens: Int
    /// Output tokens of one call, unless the prompt says otherwise.
    package var outputTokensPerTurn: Int
    /// Answers in a row that cannot be used.
    package var malformedAnswersInARow: Int
    package var toolCallsPerTurn: Int
    package var testRuns: Int
    /// The conversation as text.
    package var conversationBytes: Int
    /// What one tool call may show.
    package var toolResultBytes: Int
    /// One written file.
    package var fileBytes: Int
    /// All written files together.
    package var changeBytes: Int

    package init(
        turns: Int = 40, time: Duration = .seconds(900), tokens: Int = 3_000_000, outputTokensPerTurn: Int = 8_192,
        malformedAnswersInARow: Int = 4, toolCallsPerTurn: Int = 32, testRuns: Int = 20,
        conversationBytes: Int = 1_500_000, toolResultBytes: Int = 48_000, fileBytes: Int = 1 << 20,
        changeBytes: Int = 8 << 20
    ) {
        self.turns = turns
        self.time = time
        self.tokens = tokens
        self.outputTokensPerTurn = outputTokensPerTurn
        self.malformedAnswersInARow = malformedAnswersInARow
        self.toolCallsPerTurn = toolCallsPerTurn
        self.testRuns = testRuns
        self.conversationBytes = conversationBytes
        self.toolResultBytes = toolResultBytes
        self.fileBytes = fileBytes
        self.changeBytes = changeBytes
    }
}
