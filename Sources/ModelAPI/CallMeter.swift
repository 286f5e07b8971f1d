package import Ledger
package import Metering
package import Vocabulary

/// What one HTTP attempt is charged.
package enum CallCharge: Equatable, Sendable {
    /// The server's count, and the way of service that it named; nil when it named none.
    case used(TokenUsage, serviceTier: String?)
    /// No model ran.
    case nothing(reason: String)
    /// A model may have run: the full hold.
    case unknown(reason: String)
}

/// The budget as the client of a model sees it: nothing is sent without a hold, and every hold is settled exactly once.
package protocol CallMeter: Sendable {
    associatedtype Hold: Sendable

    /// Sets the worst price of a call aside and makes that durable; waits while only other holds are in the way.
    ///
    /// - Parameters:
    ///   - attribution: Whom the call is for; its model is the one that the request names.
    ///   - body: The request as it will be sent, for the bound of its tokens.
    ///   - outputTokens: The most tokens that the answer may have.
    ///   - serviceTier: The way of service that the request asks for by name.
    /// - Returns: The hold, which the client settles.
    /// - Throws: ``ModelCallError/budget(_:)``, ``ModelCallError/unpriced(_:)`` or ``ModelCallError/cancelled``; nothing is
    ///   held then.
    func reserve(
        _ attribution: Attribution, body: [UInt8], outputTokens: Int, serviceTier: String?
    ) async throws(ModelCallError) -> Hold

    /// Replaces a hold by what the call cost, together with the answer that was paid for; durable on return.
    func settle(_ hold: Hold, _ charge: CallCharge, answer: Value?) async
}
