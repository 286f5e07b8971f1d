extension RunEvent {
    /// Why an attempt or a feature did not succeed.
    package struct FailureNote: Codable, Equatable, Sendable {
        /// One of the reasons that policy `retry` knows, such as `tests_failed`.
        package var kind: String
        /// One line.
        package var summary: String
        /// The end of the relevant output; empty when there is none.
        package var outputTail: String
        package var exitCode: Int?

        package init(kind: String, summary: String, outputTail: String = "", exitCode: Int? = nil) {
            self.kind = kind
            self.summary = summary
            self.outputTail = outputTail
            self.exitCode = exitCode
        }

        private enum CodingKeys: String, CodingKey {
            case kind, summary
            case outputTail = "output_tail"
            case exitCode = "exit_code"
        }
    }

    /// A feature has its outcome.
    package struct FeatureDone: Codable, Equatable, Sendable {
        package var outcome: FeatureOutcome
        /// Why it failed or was skipped; nil otherwise.
        package var failure: FailureNote?

        package init(outcome: FeatureOutcome, failure: FailureNote? = nil) {
            self.outcome = outcome
            self.failure = failure
        }
    }

    /// How a feature ended.
    package enum FeatureOutcome: String, CaseIterable, Codable, Sendable {
        case landed
        /// Its tests were green on the base; nothing was spent.
        case alreadyDone = "already_done"
        case failed
        /// It was not tried: a dependency failed, or the run stopped for good.
        case skipped
    }

    /// An attempt at a stage began.
    package struct AttemptStarted: Codable, Equatable, Sendable {
        /// The commit that the attempt starts from.
        package var base: String
        package var worker: String
        package var model: String?

        package init(base: String, worker: String, model: String? = nil) {
            self.base = base
            self.worker = worker
            self.model = model
        }
    }

    /// A stage of an attempt ended.
    package struct StageFinished: Codable, Equatable, Sendable {
        package var passed: Bool
        /// The tree that the stage left; nil when it left none.
        package var tree: String?

        package init(passed: Bool, tree: String? = nil) {
            self.passed = passed
            self.tree = tree
        }
    }

    /// An attempt did not succeed.
    package struct AttemptFailed: Codable, Equatable, Sendable {
        package var failure: FailureNote

        package init(failure: FailureNote) {
            self.failure = failure
        }
    }

    /// What policy `retry` decided after a failed attempt.
    package struct RetryDecided: Codable, Equatable, Sendable {
        package var action: String
        package var delayInSeconds: Double?
        package var model: String?
        package var worker: String?
        /// Said to the next attempt.
        package var note: String?

        package init(
            action: String, delayInSeconds: Double? = nil, model: String? = nil, worker: String? = nil,
            note: String? = nil
        ) {
            self.action = action
            self.delayInSeconds = delayInSeconds
            self.model = model
            self.worker = worker
            self.note = note
        }

        private enum CodingKeys: String, CodingKey {
            case action, model, worker, note
            case delayInSeconds = "delay_in_seconds"
        }
    }

    /// A finished change became a commit on a ref of its own, its own tests green.
    package struct CandidateMade: Codable, Equatable, Sendable {
        package var commit: String
        package var tree: String
        /// The commit that the change was made on.
        package var base: String
        /// Changed paths, sorted.
        package var files: [String]

        package init(commit: String, tree: String, base: String, files: [String]) {
            self.commit = commit
            self.tree = tree
            self.base = base
            self.files = files
        }
    }
}
