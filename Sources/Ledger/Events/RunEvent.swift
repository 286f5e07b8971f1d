package import Vocabulary

/// The one versioned record of something that happened in a run.
///
/// Ledger rows, `--json` lines, live views and the Lua policy `observe` are all this type. Its JSON is one flat object: the
/// envelope's fields, `kind`, and the fields of the payload in snake case. Absent identities are left out.
package struct RunEvent: Equatable, Sendable {
    /// The version of the JSON form that this program writes.
    package static let currentVersion = 1

    package var version: Int
    /// The place in the ledger's one order over all runs, from 1; 0 until the event is appended.
    package var sequence: Int64
    /// Milliseconds since 1970 in UTC; an ISO 8601 string in JSON.
    package var time: Int64
    package var run: RunID
    package var batch: BatchID?
    package var feature: FeatureID?
    package var stage: String?
    /// 1-based; nil outside of an attempt.
    package var attempt: Int?
    package var body: Body

    package init(
        run: RunID, batch: BatchID? = nil, feature: FeatureID? = nil, stage: String? = nil, attempt: Int? = nil,
        time: Int64 = UTCTime.now(), body: Body
    ) {
        self.version = Self.currentVersion
        self.sequence = 0
        self.time = time
        self.run = run
        self.batch = batch
        self.feature = feature
        self.stage = stage
        self.attempt = attempt
        self.body = body
    }

    /// What kind of event it is, as in the JSON field `kind`.
    package var kind: Kind {
        body.kind
    }
}

extension RunEvent {
    /// The name of each kind of event, as in the JSON field `kind`.
    package enum Kind: String, CaseIterable, Codable, Sendable {
        case runStarted = "run_started"
        case runResumed = "run_resumed"
        case runFinished = "run_finished"
        case batchPlanned = "batch_planned"
        case batchStarted = "batch_started"
        case batchFinished = "batch_finished"
        case pullRequestWritten = "pull_request_written"
        case featureStarted = "feature_started"
        case featureDone = "feature_done"
        case testsLocked = "tests_locked"
        case testsRun = "tests_run"
        case attemptStarted = "attempt_started"
        case stageFinished = "stage_finished"
        case attemptFailed = "attempt_failed"
        case retryDecided = "retry_decided"
        case callReserved = "call_reserved"
        case callSettled = "call_settled"
        case candidateMade = "candidate_made"
        case foldTested = "fold_tested"
        case flakyTests = "flaky_tests"
        case integrationTested = "integration_tested"
        case landed = "landed"
        case landingRefused = "landing_refused"
        case policyDecided = "policy_decided"
        case stopped = "stopped"
        case notice = "notice"
    }

    /// What happened; one case per ``Kind``.
    package enum Body: Equatable, Sendable {
        case runStarted(RunStarted)
        case runResumed(RunResumed)
        case runFinished(RunFinished)
        case batchPlanned(BatchPlanned)
        case batchStarted(BatchStarted)
        case batchFinished(BatchFinished)
        case pullRequestWritten(PullRequestWritten)
        case featureStarted
        case featureDone(FeatureDone)
        case testsLocked(TestsLocked)
        case testsRun(TestsRun)
        case attemptStarted(AttemptStarted)
        case stageFinished(StageFinished)
        case attemptFailed(AttemptFailed)
        case retryDecided(RetryDecided)
        case callReserved(CallReserved)
        case callSettled(CallSettled)
        case candidateMade(CandidateMade)
        case foldTested(FoldTested)
        case flakyTests(FlakyTests)
        case integrationTested(IntegrationTested)
        case landed(Landed)
        case landingRefused(LandingRefused)
        case policyDecided(PolicyDecided)
        case stopped(Stopped)
        case notice(Notice)
    }
}
