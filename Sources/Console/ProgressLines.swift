package import Ledger
import Vocabulary

/// Turns run events into plain lines of progress.
package struct ProgressLines: Sendable {
    /// A wait that a person should know of.
    private static let longDelay = Duration.seconds(60)

    /// Whether stages, calls and test runs get lines too.
    package var isVerbose: Bool
    private var total = 0
    private var ended = 0
    private var spent = Picodollars.zero
    private var spentOn: [FeatureID: Picodollars] = [:]

    package init(isVerbose: Bool = false) {
        self.isVerbose = isVerbose
    }

    /// The line for an event; nil when it is not worth one.
    package mutating func line(for event: RunEvent) -> String? {
        switch event.body {
        case .batchPlanned(let body):
            total += body.features.count
            return nil
        case .batchStarted(let body):
            return "batch \(event.batch?.rawValue ?? "") starts on \(body.base.prefix(12))"
        case .batchFinished(let body):
            let failed = body.failed.isEmpty ? "" : ", \(body.failed.count) failed"
            return "batch \(event.batch?.rawValue ?? "") done: \(body.landed.count) landed\(failed)"
        case .pullRequestWritten(let body): return "pull request text for \(event.batch?.rawValue ?? ""): \(body.path)"
        case .landed: return ending(event, "landed")
        // Landing tells of it with `landed`.
        case .featureDone(let body) where body.outcome == .landed: return nil
        case .featureDone(let body): return ending(event, Self.word(for: body.outcome), body.failure?.summary)
        case .attemptFailed(let body):
            return feature(event, "red", "\(body.failure.kind): \(body.failure.summary)")
        case .retryDecided(let body):
            let delay = Duration.seconds(body.delayInSeconds ?? 0)
            guard delay < Self.longDelay else { return feature(event, "waits", "\(delay.words), then \(body.action)") }
            return isVerbose ? feature(event, "retry", body.action) : nil
        case .callSettled(let body):
            spent += body.amount
            if let id = event.feature { spentOn[id, default: .zero] += body.amount }
            return isVerbose ? feature(event, "call", "\(body.outcome), \(body.amount)") : nil
        case .attemptStarted(let body):
            return isVerbose ? feature(event, "working", "\(body.worker) \(body.model ?? "")") : nil
        case .testsRun(let body):
            let result = "\(body.purpose.rawValue): \(body.passed) passed, \(body.failed) not"
            return isVerbose ? feature(event, "tests", result) : nil
        case .foldTested(let body):
            let verdict = body.isGreen ? "green" : "red"
            return isVerbose || !body.isGreen
                ? "batch \(event.batch?.rawValue ?? ""): fold of \(body.features.count) is \(verdict)" : nil
        case .flakyTests(let body):
            let names = body.tests.prefix(3).joined(separator: ", ")
            let more = body.tests.count > 3 ? " and \(body.tests.count - 3) more" : ""
            return
                "batch \(event.batch?.rawValue ?? ""): flaky, failed and then passed on the same tree: \(names)\(more)"
        case .integrationTested(let body):
            guard !body.problems.isEmpty else { return "all batches together are green" }
            return body.problems.sorted { $0.key < $1.key }.map {
                "batch \($0.key) is not in the integration: \($0.value)"
            }
            .joined(separator: "\n")
        case .stopped(let body): return "stopping: \(body.reason)"
        case .notice(let body): return "\(body.level.rawValue): \(body.message)"
        case .runStarted, .runResumed, .runFinished, .featureStarted, .testsLocked, .stageFinished, .callReserved,
            .candidateMade, .landingRefused, .policyDecided:
            return nil
        }
    }

    private mutating func ending(_ event: RunEvent, _ word: String, _ detail: String? = nil) -> String {
        ended += 1
        let width = String(total).count
        let count = String(repeating: " ", count: max(0, width - String(ended).count)) + String(ended)
        let cost = event.feature.flatMap { spentOn[$0] }.map { "  \($0)" } ?? ""
        return "[\(count)/\(total)] " + feature(event, word, detail) + cost
    }

    private func feature(_ event: RunEvent, _ word: String, _ detail: String? = nil) -> String {
        let padded = word + String(repeating: " ", count: max(0, 9 - word.count))
        let place = [event.batch?.rawValue, event.feature?.rawValue, event.stage].compactMap(\.self)
        return padded + " " + place.joined(separator: "  ") + (detail.map { "  \($0.shown(limit: 500))" } ?? "")
    }

    private static func word(for outcome: RunEvent.FeatureOutcome) -> String {
        switch outcome {
        case .landed: "landed"
        case .alreadyDone: "had it"
        case .failed: "FAILED"
        case .skipped: "skipped"
        }
    }
}
