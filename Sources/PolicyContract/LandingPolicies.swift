package import Plans
package import Vocabulary

/// What `landing` gets.
package struct LandingContext: Sendable {
    package var batch: BatchID
    /// Ready candidates, in the order in which they became ready.
    package var candidates: [FeatureID]
    package var landedCount: Int
    /// How likely one more candidate breaks the fold, over 0 to 1, from what happened so far.
    package var failureEstimate: Double
    /// How many tests can run side by side, 1 or more.
    package var testSlots: Int

    package init(
        batch: BatchID, candidates: [FeatureID], landedCount: Int, failureEstimate: Double, testSlots: Int
    ) {
        self.batch = batch
        self.candidates = candidates
        self.landedCount = landedCount
        self.failureEstimate = failureEstimate
        self.testSlots = testSlots
    }
}

/// How the ready candidates of a batch are folded.
package struct LandingDecision: Codable, Equatable, Sendable {
    /// The order to fold in; candidates that it leaves out follow in their own order. nil: as they became ready.
    package var order: [FeatureID]?
    /// Candidates folded and tested together; nil: all that are ready.
    package var foldSize: Int?
    /// A command that must pass on the tip besides the features' own tests; nil: none.
    package var fullSuite: [String]?
    /// Globs of line-oriented files, in which both sides' lines are kept instead of a conflict.
    package var unionFiles: [String]

    package init(
        order: [FeatureID]? = nil, foldSize: Int? = nil, fullSuite: [String]? = nil, unionFiles: [String] = []
    ) {
        self.order = order
        self.foldSize = foldSize
        self.fullSuite = fullSuite
        self.unionFiles = unionFiles
    }
}

extension LandingDecision {
    /// Whether the lines of both sides are kept in the file.
    package var keepsAllLines: @Sendable (String) -> Bool {
        let globs = unionFiles.map { PathGlob($0) }
        return { path in globs.contains { $0.matches(path) } }
    }
}

/// What `commit` gets.
package struct CommitContext: Sendable {
    package var feature: Feature
    package var attempt: Int
    package var diffStat: DiffStat
    package var tests: [TestResult]
    package var cost: Picodollars
    package var worker: String
    package var model: String?

    package init(
        feature: Feature, attempt: Int, diffStat: DiffStat, tests: [TestResult], cost: Picodollars, worker: String,
        model: String?
    ) {
        self.feature = feature
        self.attempt = attempt
        self.diffStat = diffStat
        self.tests = tests
        self.cost = cost
        self.worker = worker
        self.model = model
    }
}

/// The message of a feature's commit; the host adds its own trailers.
package struct CommitMessage: Codable, Equatable, Sendable {
    package struct Trailer: Codable, Equatable, Sendable {
        package var name: String
        package var value: String

        package init(name: String, value: String) {
            self.name = name
            self.value = value
        }
    }

    /// One line of at most 72 characters.
    package var subject: String
    package var body: String?
    package var trailers: [Trailer]

    package init(subject: String, body: String? = nil, trailers: [Trailer] = []) {
        self.subject = subject
        self.body = body
        self.trailers = trailers
    }
}

/// What `pull_request` gets.
package struct PullRequestContext: Sendable {
    package struct Landed: Sendable {
        package var feature: Feature
        package var commit: String
        package var attempts: Int
        package var cost: Picodollars
        /// How many test ids were red before and green after.
        package var provenTests: Int

        package init(feature: Feature, commit: String, attempts: Int, cost: Picodollars, provenTests: Int) {
            self.feature = feature
            self.commit = commit
            self.attempts = attempts
            self.cost = cost
            self.provenTests = provenTests
        }
    }

    package struct Failed: Sendable {
        package var feature: Feature
        package var failure: Failure
        package var attempts: Int
        package var cost: Picodollars

        package init(feature: Feature, failure: Failure, attempts: Int, cost: Picodollars) {
            self.feature = feature
            self.failure = failure
            self.attempts = attempts
            self.cost = cost
        }
    }

    package var run: RunID
    package var batch: BatchID
    package var branch: String
    /// The branch or commit that the pull request is against.
    package var base: String
    package var landed: [Landed]
    package var failed: [Failed]
    package var cost: Picodollars
    /// Tests that failed and then passed on the same tree, while this batch was landed.
    package var flakyTests: [String]
    /// Why the batch does not fit together with the run's other batches; nil when it does.
    package var integrationProblem: String?

    package init(
        run: RunID, batch: BatchID, branch: String, base: String, landed: [Landed], failed: [Failed], cost: Picodollars,
        flakyTests: [String] = [], integrationProblem: String? = nil
    ) {
        self.run = run
        self.batch = batch
        self.branch = branch
        self.base = base
        self.landed = landed
        self.failed = failed
        self.cost = cost
        self.flakyTests = flakyTests
        self.integrationProblem = integrationProblem
    }
}

/// The text of a batch's pull request.
package struct PullRequestText: Codable, Equatable, Sendable {
    package var title: String
    package var body: String
    package var labels: [String]
    package var reviewers: [String]
    package var isDraft: Bool

    package init(
        title: String, body: String, labels: [String] = [], reviewers: [String] = [], isDraft: Bool = false
    ) {
        self.title = title
        self.body = body
        self.labels = labels
        self.reviewers = reviewers
        self.isDraft = isDraft
    }
}
