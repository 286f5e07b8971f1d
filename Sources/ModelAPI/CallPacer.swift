/// What one HTTP attempt showed of the server's limits.
package struct PaceObservation: Sendable {
    /// nil when no status came back.
    package var status: Int?
    /// Whether a whole answer came.
    package var isAnswered: Bool
    /// The headers of the answer by lower-case name; of equal names the first.
    package var headers: [String: String]
    /// The wait that the server asked for; nil when it did not.
    package var retryAfter: Duration?
    /// The tokens that the server counted, input and output; nil when it did not say.
    package var tokens: Int?

    package init(
        status: Int? = nil, isAnswered: Bool = false, headers: [String: String] = [:], retryAfter: Duration? = nil,
        tokens: Int? = nil
    ) {
        self.status = status
        self.isAnswered = isAnswered
        self.headers = headers
        self.retryAfter = retryAfter
        self.tokens = tokens
    }
}

/// The rate limit as the client of a model sees it; it is waited for before money is set aside.
package protocol CallPacer: Sendable {
    associatedtype Permit: Sendable

    /// Waits until a call may be sent.
    ///
    /// - Parameters:
    ///   - model: The model that is called; each has limits of its own.
    ///   - tokens: About how many tokens the call will count, input and output.
    /// - Returns: The permit, which the client gives back.
    /// - Throws: `CancellationError` when the task is cancelled.
    func wait(model: String, tokens: Int) async throws(CancellationError) -> Permit

    /// Gives a permit back, exactly once.
    func finish(_ permit: Permit, _ observation: PaceObservation)
}
