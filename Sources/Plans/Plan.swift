package import Vocabulary

/// What a user wants done: features, and perhaps a proposal of how to group them.
package struct Plan: Codable, Equatable, Sendable {
    /// In the order of the plan file, at least one, ids unique.
    package var features: [Feature]
    /// The plan's own batches, in its order; empty when its features stand at the top level. Only a proposal.
    package var proposedBatches: [ProposedBatch]
    /// Every top-level field but `batches` and `features`, so also `version` and `summary`, as the file has them.
    package var extra: [String: Value]
    /// What was odd in the file but did not make it unusable, in the order of the lines.
    package var warnings: [Diagnostic]

    package init(
        features: [Feature], proposedBatches: [ProposedBatch] = [], extra: [String: Value] = [:],
        warnings: [Diagnostic] = []
    ) {
        self.features = features
        self.proposedBatches = proposedBatches
        self.extra = extra
        self.warnings = warnings
    }
}

/// A group of features as a plan proposes it; policy `batch` decides.
package struct ProposedBatch: Codable, Hashable, Sendable {
    /// The plan's `name` or `batch_id`, else the batch's ordinal from 1.
    package var name: String
    /// In the plan's order; may be empty.
    package var features: [FeatureID]

    package init(name: String, features: [FeatureID]) {
        self.name = name
        self.features = features
    }
}
