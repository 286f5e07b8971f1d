package import Vocabulary

extension RunEvent {
    /// Several candidates were folded onto a branch tip and tested together.
    package struct FoldTested: Codable, Equatable, Sendable {
        /// The commit that was tested.
        package var tip: String
        package var tree: String
        /// The tip that was folded onto; the branch has it until the fold lands.
        package var oldTip: String
        /// In the order of the fold.
        package var features: [FeatureID]
        /// The commit of each of ``features``.
        package var commits: [String]
        package var isGreen: Bool

        package init(
            tip: String, tree: String, oldTip: String, features: [FeatureID], commits: [String], isGreen: Bool
        ) {
            self.tip = tip
            self.tree = tree
            self.oldTip = oldTip
            self.features = features
            self.commits = commits
            self.isGreen = isGreen
        }

        private enum CodingKeys: String, CodingKey {
            case tip, tree, features, commits
            case oldTip = "old_tip"
            case isGreen = "is_green"
        }
    }

    /// A candidate became a commit of its batch branch.
    package struct Landed: Codable, Equatable, Sendable {
        package var commit: String
        /// The tree of the new tip, which is the tree that was tested.
        package var tree: String
        package var oldTip: String
        package var newTip: String

        package init(commit: String, tree: String, oldTip: String, newTip: String) {
            self.commit = commit
            self.tree = tree
            self.oldTip = oldTip
            self.newTip = newTip
        }

        private enum CodingKeys: String, CodingKey {
            case commit, tree
            case oldTip = "old_tip"
            case newTip = "new_tip"
        }
    }

    /// A candidate was not landed.
    package struct LandingRefused: Codable, Equatable, Sendable {
        package var reason: String

        package init(reason: String) {
            self.reason = reason
        }
    }

    /// A policy answered.
    package struct PolicyDecided: Codable, Equatable, Sendable {
        package var policy: String
        /// The recipe or pack whose function answered; nil for the built-in default.
        package var pack: String?
        package var digest: String?
        /// Lua instructions, in the runtime's units.
        package var ticks: Int
        package var microseconds: Int
        package var input: Value?
        package var output: Value?

        package init(
            policy: String, pack: String? = nil, digest: String? = nil, ticks: Int = 0, microseconds: Int = 0,
            input: Value? = nil, output: Value? = nil
        ) {
            self.policy = policy
            self.pack = pack
            self.digest = digest
            self.ticks = ticks
            self.microseconds = microseconds
            self.input = input
            self.output = output
        }
    }
}
