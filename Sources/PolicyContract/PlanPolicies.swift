package import Plans
package import Vocabulary

/// What `expand` gets: the plan as it was read.
package struct ExpandContext: Sendable {
    package var features: [Feature]

    package init(features: [Feature]) {
        self.features = features
    }
}

/// What `expand` answers. Empty lists leave the plan as it is.
package struct PlanExpansion: Equatable, Sendable {
    package var added: [Feature]
    package var changed: [Feature]
    package var dropped: [FeatureID]

    package init(added: [Feature] = [], changed: [Feature] = [], dropped: [FeatureID] = []) {
        self.added = added
        self.changed = changed
        self.dropped = dropped
    }
}

/// What `stages` gets.
package struct StagesContext: Sendable {
    package var feature: Feature
    package var hasSource: Bool
    package var hasTests: Bool
    package var toolchain: ToolchainName?

    package init(feature: Feature, hasSource: Bool, hasTests: Bool, toolchain: ToolchainName?) {
        self.feature = feature
        self.hasSource = hasSource
        self.hasTests = hasTests
        self.toolchain = toolchain
    }
}

/// One step of a feature as `stages` answers it.
package struct StagePlan: Codable, Equatable, Sendable {
    /// `test`, `stub`, `implement`, `hookup`, `document`, or a name of the recipe's own.
    package var name: String
    /// A worker that `route` may still replace; nil leaves it to `route`.
    package var worker: String?
    /// What must hold after the stage: `red` (the feature's tests run and fail), `green` (they run and pass), `none`.
    package var gate: StageGate

    package init(name: String, worker: String? = nil, gate: StageGate) {
        self.name = name
        self.worker = worker
        self.gate = gate
    }
}

/// What must hold after a stage.
package enum StageGate: String, Codable, CaseIterable, Sendable {
    case red, green, none
}

/// What `batch` gets.
package struct BatchContext: Sendable {
    package var features: [Feature]
    /// The plan's own batches, as a proposal.
    package var proposed: [ProposedBatch]
    /// The setting `max_features_per_batch`.
    package var maxFeatures: Int
    package var maxParallelBatches: Int
    /// What the run may still spend; nil without a cap.
    package var budgetLeft: Picodollars?

    package init(
        features: [Feature], proposed: [ProposedBatch], maxFeatures: Int, maxParallelBatches: Int,
        budgetLeft: Picodollars?
    ) {
        self.features = features
        self.proposed = proposed
        self.maxFeatures = maxFeatures
        self.maxParallelBatches = maxParallelBatches
        self.budgetLeft = budgetLeft
    }
}

/// One batch as `batch` answers it.
package struct BatchPlan: Codable, Equatable, Sendable {
    /// Unique in the run and usable as a branch name component; made by the host when the policy gave none.
    package var name: BatchID
    package var features: [FeatureID]
    /// Features at work at once; nil leaves it to `--max-parallel-features`.
    package var maxParallel: Int?
    /// Batches that must have ended before this one starts; it starts on the landed tip of the last of them.
    package var after: [BatchID]

    package init(name: BatchID, features: [FeatureID], maxParallel: Int? = nil, after: [BatchID] = []) {
        self.name = name
        self.features = features
        self.maxParallel = maxParallel
        self.after = after
    }
}
