package import Vocabulary

extension SimulatedModelServer {
    /// Whether the model never solves the feature, at whatever attempt; the same for every server with this seed, these
    /// solutions and this profile.
    package func neverSolves(_ feature: FeatureID) -> Bool {
        model.faults.neverSolved.contains(feature)
    }

    /// The features that the model never solves, sorted.
    package var neverSolved: [FeatureID] {
        model.faults.neverSolved.sorted()
    }

    /// The features that a model with this configuration would never solve, sorted; needs no server.
    package static func neverSolved(among solutions: [SimulatedSolution], _ configuration: Configuration) -> [FeatureID]
    {
        FaultPlan(profile: configuration.faults, seed: configuration.seed, solutions: solutions).neverSolved.sorted()
    }
}
