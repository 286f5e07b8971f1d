package import Plans
package import Vocabulary

/// What `route` gets.
package struct RouteContext: Sendable {
    package var feature: Feature
    package var stage: String
    /// 1-based.
    package var attempt: Int
    package var spent: Picodollars
    package var models: [String]
    package var workers: [String]
    /// The model and worker asked for by the last `retry`, if it named any.
    package var suggestedModel: String?
    package var suggestedWorker: String?

    package init(
        feature: Feature, stage: String, attempt: Int, spent: Picodollars, models: [String], workers: [String],
        suggestedModel: String? = nil, suggestedWorker: String? = nil
    ) {
        self.feature = feature
        self.stage = stage
        self.attempt = attempt
        self.spent = spent
        self.models = models
        self.workers = workers
        self.suggestedModel = suggestedModel
        self.suggestedWorker = suggestedWorker
    }
}

/// Worker and model of one stage attempt.
package struct Route: Codable, Equatable, Sendable {
    package var worker: String
    /// nil: the run's model.
    package var model: String?
    package var maxCost: Picodollars?
    package var timeout: Duration?
    package var effort: String?
    /// Attempts side by side of which the tests pick one; 1 or more.
    package var bestOf: Int

    package init(
        worker: String, model: String? = nil, maxCost: Picodollars? = nil, timeout: Duration? = nil,
        effort: String? = nil, bestOf: Int = 1
    ) {
        self.worker = worker
        self.model = model
        self.maxCost = maxCost
        self.timeout = timeout
        self.effort = effort
        self.bestOf = bestOf
    }
}

/// What `prompt` gets.
package struct PromptContext: Sendable {
    package var feature: Feature
    package var stage: String
    /// 1-based.
    package var attempt: Int
    /// Whether an earlier attempt of this stage failed.
    package var isFix: Bool
    /// The feature's own files as they are now, by path; a missing file is absent.
    package var files: [String: String]
    /// Paths in the repository near the feature, sorted, cut to a sensible number.
    package var repositoryPaths: [String]
    package var testIDs: [String]
    package var lastFailure: Failure?
    /// What `retry` wanted said to the next attempt.
    package var note: String?
    package var toolchain: ToolchainName?

    package init(
        feature: Feature, stage: String, attempt: Int, isFix: Bool, files: [String: String],
        repositoryPaths: [String], testIDs: [String], lastFailure: Failure? = nil, note: String? = nil,
        toolchain: ToolchainName? = nil
    ) {
        self.feature = feature
        self.stage = stage
        self.attempt = attempt
        self.isFix = isFix
        self.files = files
        self.repositoryPaths = repositoryPaths
        self.testIDs = testIDs
        self.lastFailure = lastFailure
        self.note = note
        self.toolchain = toolchain
    }
}

/// The text that a worker starts from.
package struct Prompt: Codable, Equatable, Sendable {
    package var system: String?
    package var user: String
    /// Further repository files whose content is shown to the model.
    package var files: [String]
    package var maxOutputTokens: Int?

    package init(system: String? = nil, user: String, files: [String] = [], maxOutputTokens: Int? = nil) {
        self.system = system
        self.user = user
        self.files = files
        self.maxOutputTokens = maxOutputTokens
    }
}

/// What `accept` gets, after the tests passed and the host's own checks were made.
package struct AcceptContext: Sendable {
    package var feature: Feature
    /// Unified diff of the change, cut at a limit with a line that says so.
    package var diff: String
    package var diffStat: DiffStat
    package var tests: [TestResult]
    package var cost: Picodollars

    package init(feature: Feature, diff: String, diffStat: DiffStat, tests: [TestResult], cost: Picodollars) {
        self.feature = feature
        self.diff = diff
        self.diffStat = diffStat
        self.tests = tests
        self.cost = cost
    }
}

/// The size of a change.
package struct DiffStat: Codable, Equatable, Sendable {
    /// Changed paths, sorted.
    package var files: [String]
    package var addedLines: Int
    package var removedLines: Int

    package init(files: [String], addedLines: Int, removedLines: Int) {
        self.files = files
        self.addedLines = addedLines
        self.removedLines = removedLines
    }
}

/// What `accept` answers.
package struct Verdict: Equatable, Sendable {
    package struct Problem: Codable, Equatable, Sendable {
        package var message: String
        package var file: String?
        package var line: Int?
        package var severity: Diagnostic.Severity

        package init(message: String, file: String? = nil, line: Int? = nil, severity: Diagnostic.Severity = .error) {
            self.message = message
            self.file = file
            self.line = line
            self.severity = severity
        }
    }

    package var isAccepted: Bool
    package var problems: [Problem]

    package init(isAccepted: Bool, problems: [Problem] = []) {
        self.isAccepted = isAccepted
        self.problems = problems
    }
}

/// Why an attempt did not succeed.
package struct Failure: Codable, Equatable, Sendable {
    /// The closed list of reasons that policies, reports and the summary use.
    package enum Kind: String, Codable, CaseIterable, Sendable {
        /// The feature's tests ran and did not pass.
        case testsFailed = "tests_failed"
        /// The feature's tests could not be run, or some did not run at all.
        case testsMissing = "tests_missing"
        /// The tests written by stage `test` did not fail on the base.
        case testsNotRed = "tests_not_red"
        /// The change left the feature's paths, touched the test lock, or broke another rule of the host.
        case rejected = "rejected"
        /// Policy `accept` said no.
        case notAccepted = "not_accepted"
        /// The worker ended without finishing: turns, tokens, size or malformed answers.
        case workerGaveUp = "worker_gave_up"
        case timeout = "timeout"
        case rateLimit = "rate_limit"
        /// The model server failed or went away, after the transport's own retries.
        case serverError = "server_error"
        /// The model server refused the request or the key.
        case refused = "refused"
        case budget = "budget"
        /// The change did not merge with what landed meanwhile.
        case conflict = "conflict"
        /// Green alone, red together with what landed meanwhile.
        case landingRed = "landing_red"
        /// A feature that this one depends on did not land.
        case dependency = "dependency"
        case policy = "policy"
        case internalError = "internal"
    }

    package var kind: Kind
    /// One line.
    package var summary: String
    /// The end of the relevant output, cut to a few kilobytes; empty when there is none.
    package var outputTail: String
    /// Exit status of the command that failed, if a command failed.
    package var exitCode: Int?

    package init(kind: Kind, summary: String, outputTail: String = "", exitCode: Int? = nil) {
        self.kind = kind
        self.summary = summary
        self.outputTail = outputTail
        self.exitCode = exitCode
    }
}

/// What `retry` gets.
package struct RetryContext: Sendable {
    package var feature: Feature
    package var stage: String
    /// The attempt that failed, 1-based.
    package var attempt: Int
    package var failure: Failure
    package var spent: Picodollars
    package var budgetLeft: Picodollars?
    package var model: String?
    package var worker: String?
    /// How often the feature failed in each way so far, this failure included.
    package var failures: [Failure.Kind: Int]
    /// Set while the model server answers nobody; the work is not at fault then.
    package var outage: Outage?

    /// A model server that answers nobody.
    package struct Outage: Equatable, Sendable {
        /// How often it was tried in vain, by one feature for all; 1 or more.
        package var tries: Int
        package var duration: Duration

        package init(tries: Int, duration: Duration) {
            self.tries = tries
            self.duration = duration
        }
    }

    package init(
        feature: Feature, stage: String, attempt: Int, failure: Failure, spent: Picodollars, budgetLeft: Picodollars?,
        model: String? = nil, worker: String? = nil, failures: [Failure.Kind: Int] = [:], outage: Outage? = nil
    ) {
        self.feature = feature
        self.stage = stage
        self.attempt = attempt
        self.failure = failure
        self.spent = spent
        self.budgetLeft = budgetLeft
        self.model = model
        self.worker = worker
        self.failures = failures
        self.outage = outage
    }
}

/// What happens after a failed attempt.
package struct RetryDecision: Codable, Equatable, Sendable {
    package enum Action: String, Codable, CaseIterable, Sendable {
        case retry, escalate, split, skip
        case giveUp = "give_up"
        case holdBatch = "hold_batch"
    }

    package var action: Action
    package var delay: Duration?
    package var model: String?
    package var worker: String?
    /// Said to the next attempt.
    package var note: String?

    package init(
        action: Action, delay: Duration? = nil, model: String? = nil, worker: String? = nil, note: String? = nil
    ) {
        self.action = action
        self.delay = delay
        self.model = model
        self.worker = worker
        self.note = note
    }
}
