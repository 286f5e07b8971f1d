package import Vocabulary

extension RunEvent {
    /// Several candidates were folded onto a branch tip and tested together.
    package struct FoldTested: Codable, Equatable, Sendable {
        /// The commit that was tested.
        package var tip: String
        package var tree: String
        /// The tip that was folded onto; the branch has it until this fold, or another on the same tip, lands.
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

    /// Tests failed and then passed on the same tree.
    package struct FlakyTests: Codable, Equatable, Sendable {
        /// The file and the id of each, with a space between; a command as it was run.
        package var tests: [String]
        package var tree: String

        package init(tests: [String], tree: String) {
            self.tests = tests
            self.tree = tree
        }
    }

    /// The tips of a run's batches were folded together and tested as a whole.
    package struct IntegrationTested: Codable, Equatable, Sendable {
        /// Where `refs/moonshift/<run>/integration` is to be; a tip that was green.
        package var tip: String
        package var tree: String
        /// The batches that are in ``tip``, in order.
        package var batches: [BatchID]
        /// Why a batch is not in it, by its name, one sentence each.
        package var problems: [String: String]

        package init(tip: String, tree: String, batches: [BatchID], problems: [String: String]) {
            self.tip = tip
            self.tree = tree
            self.batches = batches
            self.problems = problems
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
