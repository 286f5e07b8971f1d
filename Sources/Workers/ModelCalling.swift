package import ModelAPI

/// Asks the model of one stage attempt; whoever made it knows whom to charge.
package protocol ModelCalling: Sendable {
    /// The model's next turn.
    ///
    /// - Parameters:
    ///   - request: The whole conversation so far.
    ///   - turn: 1-based; the same turn of a resumed attempt gives the recorded answer.
    /// - Returns: What the model said, whole or cut short.
    /// - Throws: ``ModelCallError``, always final.
    func complete(_ request: ChatRequest, turn: Int) async throws(ModelCallError) -> ChatAnswer
}
