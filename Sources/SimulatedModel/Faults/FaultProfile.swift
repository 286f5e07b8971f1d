/// How often a simulated model misbehaves, and in which ways.
///
/// | | none | usual | hostile |
/// | --- | --- | --- | --- |
/// | slow answer, per call | 0 | 2% (+300 ms) | 5% (+1 s) |
/// | 429 with Retry-After, per call | 0 | 2% (60 ms) | 7% (250 ms) |
/// | 500 before the work, per call | 0 | 0.5% | 3% |
/// | 500 after the work, per call | 0 | 0.5% | 2% |
/// | cut stream, per call | 0 | 1% | 5% |
/// | malformed tool call, per call | 0 | 1% | 5% |
/// | unknown tool, per call | 0 | 1% | 4% |
/// | missing finish_reason, per call | 0 | 1% | 4% |
/// | wrong code first, right after the test output, per attempt | 0 | 15% | 40% |
/// | tries to weaken the test, first attempt only | 0 | 3% | 12% |
/// | edits outside its feature, first attempt only | 0 | 3% | 12% |
/// | features that it never solves | 0 | 5% | 5% |
///
/// The faults of an attempt are bounded: at most ``maximumInARow`` calls one after the other and ``maximumPerAttempt`` in all
/// (slow answers do not count), and none after attempt ``lastFaultyAttempt``. So a host that retries three times lands every
/// feature that the model ever solves.
package struct FaultProfile: Equatable, Sendable {
    /// What `--faults` calls it.
    package var name: String
    /// Probabilities per call, 0 to 1, by fault; they exclude each other and add up to 1 at most.
    package var perCall: [SimulatedFault: Double] = [:]
    /// The probability, per attempt, of wrong code that is put right after seeing the test output.
    package var wrongFirst = 0.0
    /// The probability of an attempt to overwrite the test, on the first attempt.
    package var weakensTest = 0.0
    /// The probability of an edit outside the feature, on the first attempt.
    package var editsOutside = 0.0
    /// The share of all features that the model never solves. Features that others depend on are never among them.
    package var neverSolved = 0.0
    package var slowDelay: Duration = .zero
    /// What a 429 asks the client to wait.
    package var retryAfter: Duration = .zero
    package var maximumPerAttempt = 0
    package var maximumInARow = 0
    package var lastFaultyAttempt = 0

    /// No fault at all: every feature is solved at the first try.
    package static let none = FaultProfile(name: "none")

    /// What a night with a good vendor looks like.
    package static let usual = FaultProfile(
        name: "usual",
        perCall: [
            .slow: 0.02, .tooManyRequests: 0.02, .serverError: 0.005, .serverErrorAfterWork: 0.005, .cutStream: 0.01,
            .malformedToolCall: 0.01, .unknownTool: 0.01, .missingFinishReason: 0.01,
        ],
        wrongFirst: 0.15, weakensTest: 0.03, editsOutside: 0.03, neverSolved: 0.05,
        slowDelay: .milliseconds(300), retryAfter: .milliseconds(60),
        maximumPerAttempt: 2, maximumInARow: 1, lastFaultyAttempt: 2
    )

    /// A third of all calls fail and a quarter of the features are cheated on once.
    package static let hostile = FaultProfile(
        name: "hostile",
        perCall: [
            .slow: 0.05, .tooManyRequests: 0.07, .serverError: 0.03, .serverErrorAfterWork: 0.02, .cutStream: 0.05,
            .malformedToolCall: 0.05, .unknownTool: 0.04, .missingFinishReason: 0.04,
        ],
        wrongFirst: 0.40, weakensTest: 0.12, editsOutside: 0.12, neverSolved: 0.05,
        slowDelay: .seconds(1), retryAfter: .milliseconds(250),
        maximumPerAttempt: 4, maximumInARow: 2, lastFaultyAttempt: 2
    )

    package static let all = [none, usual, hostile]

    package init(
        name: String, perCall: [SimulatedFault: Double] = [:], wrongFirst: Double = 0, weakensTest: Double = 0,
        editsOutside: Double = 0, neverSolved: Double = 0, slowDelay: Duration = .zero, retryAfter: Duration = .zero,
        maximumPerAttempt: Int = 0, maximumInARow: Int = 0, lastFaultyAttempt: Int = 0
    ) {
        self.name = name
        self.perCall = perCall
        self.wrongFirst = wrongFirst
        self.weakensTest = weakensTest
        self.editsOutside = editsOutside
        self.neverSolved = neverSolved
        self.slowDelay = slowDelay
        self.retryAfter = retryAfter
        self.maximumPerAttempt = maximumPerAttempt
        self.maximumInARow = maximumInARow
        self.lastFaultyAttempt = lastFaultyAttempt
    }

    /// The profile of that name; nil for any other word.
    package init?(named name: String) {
        guard let profile = Self.all.first(where: { $0.name == name }) else { return nil }
        self = profile
    }
}
