import Landing
import Ledger
import Plans
import PolicyContract
import Verification
import Vocabulary
import Workspaces

/// Turns a verified change into a candidate commit, or says why it may not become one.
struct CandidateMaker: Sendable {
    /// Why a change may not become a candidate.
    struct Refusal: Error {
        let failure: Failure
    }

    let services: RunServices
    let journal: Journal

    /// Checks the change by the host's rules and policy `accept`, then commits it on a ref of its own.
    func make(from work: FeatureWork, attempt: Int) async throws -> Result<Candidate, Refusal> {
        guard let base = work.base else {
            return .failure(Refusal(failure: Failure(kind: .internalError, summary: "the feature has no base")))
        }
        let repository = services.repository
        let baseTree = try repository.tree(of: base)
        let tree = try repository.tree(baseTree, applying: work.changes)
        let diff = try repository.diff(from: baseTree, to: tree, limitInBytes: 200_000)
        let stat = DiffStat(
            files: diff.stat.files, addedLines: diff.stat.added, removedLines: diff.stat.removed)
        let scope = WriteScope(feature: work.feature, settings: services.settings)
        let broken = work.lock?.check(work.changes) ?? []
        let problems =
            services.settings.changeRules.problems(
                in: work.changes, changedLines: stat.addedLines + stat.removedLines, isAllowed: scope.mayTouch)
            + broken.map { "\($0.path) is part of the test lock and was \($0.kind.rawValue)" }
        guard problems.isEmpty else {
            return .failure(Refusal(failure: Failure(kind: .rejected, summary: problems.joined(separator: "; "))))
        }
        let tests = work.judgements.flatMap { judgement in
            judgement.target.ids.map { TestResult(file: judgement.target.file, id: $0, outcome: .passed) }
        }
        let cost = services.spent(on: work.feature.id)
        let verdict = try await services.policies.accept(
            AcceptContext(feature: work.feature, diff: diff.text, diffStat: stat, tests: tests, cost: cost))
        guard verdict.isAccepted else {
            return .failure(Refusal(failure: Self.failure(of: verdict)))
        }
        let message = try await services.policies.commit(
            CommitContext(
                feature: work.feature, attempt: attempt, diffStat: stat, tests: tests, cost: cost,
                worker: work.worker, model: work.model))
        let text = CommitText.render(
            message, feature: work.feature.id, run: services.run, attempt: attempt, cost: cost)
        let commit = try repository.commit(tree: tree, parents: [base], message: text, author: services.author())
        try await journal.record(
            .candidateMade(
                RunEvent.CandidateMade(
                    commit: commit.description, tree: tree.description, base: base.description, files: stat.files)),
            attempt: attempt)
        try keep(commit, feature: work.feature.id, attempt: attempt)
        return .success(
            Candidate(
                feature: work.feature.id, attempt: attempt, base: base, commit: commit, tree: tree, message: text,
                judgements: work.judgements))
    }

    /// Points the candidate's ref at the commit, so that nothing prunes it; the same again after a resume is fine.
    private func keep(_ commit: ObjectID, feature: FeatureID, attempt: Int) throws {
        let name = RefNames.candidate(run: services.run, feature: feature, attempt: attempt)
        let old = try services.repository.reference(name)
        guard old != commit else { return }
        try services.repository.update([ReferenceUpdate(name: name, new: commit, old: old)])
    }

    private static func failure(of verdict: Verdict) -> Failure {
        let lines = verdict.problems.map { problem in
            let place = [problem.file, problem.line.map(String.init)].compactMap(\.self).joined(separator: ":")
            return place.isEmpty ? problem.message : "\(place): \(problem.message)"
        }
        let summary = lines.isEmpty ? "policy 'accept' refused the change" : lines.joined(separator: "; ")
        return Failure(kind: .notAccepted, summary: summary, outputTail: lines.joined(separator: "\n"))
    }
}

/// The text of a feature's commit: what policy `commit` said, and the host's own trailers.
enum CommitText {
    static func render(
        _ message: CommitMessage, feature: FeatureID, run: RunID, attempt: Int, cost: Picodollars
    ) -> String {
        let trailers =
            message.trailers.map { "\($0.name): \($0.value)" } + [
                "Moonshift-Feature: \(feature)", "Moonshift-Run: \(run)", "Moonshift-Attempt: \(attempt)",
                "Moonshift-Cost: \(cost.decimalString)",
            ]
        let parts = [message.subject, message.body ?? "", trailers.joined(separator: "\n")]
        return parts.filter { !$0.isEmpty }.joined(separator: "\n\n") + "\n"
    }
}
