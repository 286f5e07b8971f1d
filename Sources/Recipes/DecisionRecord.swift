package import Vocabulary

/// One call of one policy function, for the ledger and for replay.
package struct DecisionRecord: Sendable, Equatable {
    /// The name in the list of policies, or `toolchain lua read`.
    package let policy: String
    /// The recipe or pack that was asked, such as `recipe tdd` or `pack default`.
    package let source: String
    /// Of the recipe and its packs as they were asked; changes with every edit.
    package let digest: String
    package let ticks: Int
    package let duration: Duration
    /// Processor time; zero when the call waited.
    package let cpuTime: Duration
    package let input: Value
    /// nil when it had no opinion or failed.
    package let output: Value?
    /// What went wrong; nil when nothing did.
    package let error: String?

    package init(
        policy: String, source: String, digest: String, ticks: Int, duration: Duration, cpuTime: Duration = .zero,
        input: Value, output: Value?,
        error: String? = nil
    ) {
        self.policy = policy
        self.source = source
        self.digest = digest
        self.ticks = ticks
        self.duration = duration
        self.cpuTime = cpuTime
        self.input = input
        self.output = output
        self.error = error
    }
}
