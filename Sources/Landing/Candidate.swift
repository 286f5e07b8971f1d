package import Verification
package import Vocabulary
package import Workspaces

/// A feature's finished change as a commit on its own ref, its own tests green.
package struct Candidate: Codable, Equatable, Sendable {
    package var feature: FeatureID
    package var attempt: Int
    /// The commit that the worker started from; the parent of ``commit``.
    package var base: ObjectID
    package var commit: ObjectID
    package var tree: ObjectID
    /// The whole commit message, trailers included; the landed commit carries the same.
    package var message: String
    package var judgements: [Judgement]

    package init(
        feature: FeatureID, attempt: Int, base: ObjectID, commit: ObjectID, tree: ObjectID, message: String,
        judgements: [Judgement]
    ) {
        self.feature = feature
        self.attempt = attempt
        self.base = base
        self.commit = commit
        self.tree = tree
        self.message = message
        self.judgements = judgements
    }
}
