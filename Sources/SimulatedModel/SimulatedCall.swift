package import Vocabulary

/// One request that the simulated model had, in the order of their arrival.
package struct SimulatedCall: Codable, Equatable, Sendable {
    /// 1-based, over the life of the server.
    package var sequence: Int
    /// nil when the request named no feature.
    package var feature: FeatureID?
    package var stage: String?
    package var attempt: Int?
    /// As the client counts; nil when it did not say.
    package var turn: Int?
    /// The HTTP status that was answered, or would have been but for the cut.
    package var status: Int
    package var fault: SimulatedFault?
    /// What was billed; 0 for a refused request.
    package var promptTokens: Int
    package var completionTokens: Int
}

/// What was billed for a set of calls.
package struct SimulatedBill: Codable, Equatable, Sendable {
    /// All requests, also those that cost nothing.
    package var calls = 0
    package var promptTokens = 0
    package var completionTokens = 0

    /// What a vendor with these prices per token charges.
    package func price(inputToken: Picodollars, outputToken: Picodollars) -> Picodollars {
        inputToken * promptTokens + outputToken * completionTokens
    }

    mutating func add(_ call: SimulatedCall) {
        calls += 1
        promptTokens += call.promptTokens
        completionTokens += call.completionTokens
    }
}

/// Everything that a simulated model has counted since it started.
package struct SimulatedStatistics: Codable, Equatable, Sendable {
    package var total = SimulatedBill()
    /// By the feature's id; requests without a feature are in ``total`` only.
    package var features: [String: SimulatedBill] = [:]
    /// By HTTP status, as text.
    package var statuses: [String: Int] = [:]
    /// By the fault's name.
    package var faults: [String: Int] = [:]
    package var mostInFlight = 0
}
