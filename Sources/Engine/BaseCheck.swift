import Ledger
import PolicyContract
import Verification
import Workspaces

/// Runs the recipe's full suite on what a run starts from, before anything is spent: on a red base nothing could land.
struct BaseCheck: Sendable {
    let services: RunServices
    let journal: Journal

    /// Why no work may start on the commit; nil when it is green, or nothing is asked of it.
    func problem(of base: ObjectID, for batch: BatchPlan) async throws -> String? {
        let decision = try await services.policies.landing(
            LandingContext(
                batch: batch.name, candidates: [], landedCount: 0, failureEstimate: 0,
                testSlots: services.settings.testSlots))
        guard let suite = decision.fullSuite else { return nil }
        let run = try await services.bench.run(command: suite, tree: try services.repository.tree(of: base))
        journal.post(.testsRun(RunEvent.TestsRun(purpose: .base, run: run)))
        guard !run.isGreen else { return nil }
        let last = run.outputTail.split(separator: "\n").last.map { ": \($0)" } ?? ""
        return """
            the base is red, `\(suite.joined(separator: " "))` fails on it\(last). Nothing was spent on it. \
            Mend what the command needs and resume, or start a new run on a commit where it passes
            """
    }
}
