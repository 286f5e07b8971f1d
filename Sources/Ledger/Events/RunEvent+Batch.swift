package import Vocabulary

extension RunEvent {
    /// A batch as policy `batch` decided it; the batch's name is the envelope's `batch`.
    package struct BatchPlanned: Codable, Equatable, Sendable {
        package var features: [FeatureID]
        /// Batches that must have ended before; this one starts on the landed tip of the last.
        package var after: [BatchID]
        package var maxParallel: Int?
        /// The public branch, without `refs/heads/`.
        package var branch: String

        package init(features: [FeatureID], after: [BatchID] = [], maxParallel: Int? = nil, branch: String) {
            self.features = features
            self.after = after
            self.maxParallel = maxParallel
            self.branch = branch
        }

        private enum CodingKeys: String, CodingKey {
            case features, after, branch
            case maxParallel = "max_parallel"
        }
    }

    /// Work on a batch began.
    package struct BatchStarted: Codable, Equatable, Sendable {
        /// The commit that the batch's branch starts from.
        package var base: String

        package init(base: String) {
            self.base = base
        }
    }

    /// All features of a batch have their outcome.
    package struct BatchFinished: Codable, Equatable, Sendable {
        /// The branch's last commit; nil when nothing landed.
        package var tip: String?
        package var landed: [FeatureID]
        package var failed: [FeatureID]

        package init(tip: String? = nil, landed: [FeatureID] = [], failed: [FeatureID] = []) {
            self.tip = tip
            self.landed = landed
            self.failed = failed
        }
    }

    /// The text of a batch's pull request was made.
    package struct PullRequestWritten: Codable, Equatable, Sendable {
        package var path: String
        package var title: String

        package init(path: String, title: String) {
            self.path = path
            self.title = title
        }
    }
}
