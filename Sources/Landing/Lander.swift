package import PolicyContract
package import Verification
package import Vocabulary
package import Workspaces

/// What happens in a landing.
package enum LandingStep: Equatable, Sendable {
    /// The fold, or a prefix of it, was tested.
    case foldTested(Fold, TestRun)
    /// What the fold stands on was tested, because the fold was red.
    case baseTested(TestRun)
    /// Tests failed and passed on the same tree.
    case flaky([TestResult], tree: ObjectID)
    /// The branch is about to move to the fold's tip; the landing goes on once this and all steps before are durable.
    case branchMoving(Fold)
    case branchMoved(Fold)
}

/// Candidates of a batch that are to be folded and landed together.
package struct LandingRequest: Sendable {
    /// The full name of the branch, `refs/heads/moonshift/<run>/<batch>`.
    package var branch: String
    /// The tip that the branch has, or will have when it is made: the batch's base.
    package var tip: ObjectID
    /// Whether the branch exists already.
    package var branchExists: Bool
    /// Whether a run on record shows that ``tip`` passes everything that is asked of the fold.
    package var isTipProven: Bool
    /// In the order in which to fold; at least one.
    package var candidates: [Candidate]
    /// The tests of everything that landed on the branch before.
    package var landed: [Judgement]
    package var fullSuite: [String]?
    /// Whether a file is line-oriented, so that the lines of all candidates are kept.
    package var keepsAllLines: @Sendable (String) -> Bool
    /// How many tests can run side by side.
    package var testSlots: Int

    package init(
        branch: String, tip: ObjectID, branchExists: Bool, isTipProven: Bool, candidates: [Candidate],
        landed: [Judgement], fullSuite: [String]? = nil,
        keepsAllLines: @escaping @Sendable (String) -> Bool = { _ in false }, testSlots: Int = 1
    ) {
        self.branch = branch
        self.tip = tip
        self.branchExists = branchExists
        self.isTipProven = isTipProven
        self.candidates = candidates
        self.landed = landed
        self.fullSuite = fullSuite
        self.keepsAllLines = keepsAllLines
        self.testSlots = testSlots
    }
}

/// What a landing did. Candidates that it does not name are as they were: ready, for the next fold.
package struct LandingReport: Equatable, Sendable {
    /// Where the branch is now.
    package var tip: ObjectID
    package var landed: [Fold.Entry] = []
    /// Those that go back to work, with the reason.
    package var returned: [FeatureID: Failure] = [:]
    /// What the tip fails by itself, in one sentence; nobody's work is to blame, and nothing can land on it.
    package var redBase: String?
}

/// Folds, tests and lands candidates of one batch branch; one landing at a time.
package struct Lander: Sendable {
    private let repository: Repository
    private let bench: TestBench
    private let author: @Sendable () -> Signature

    package init(repository: Repository, bench: TestBench, author: @escaping @Sendable () -> Signature) {
        self.repository = repository
        self.bench = bench
        self.author = author
    }

    /// Folds the candidates, and lands the longest prefix that is green; the one behind it goes back to work.
    ///
    /// `record` writes a step down; when it throws, nothing further happens. Whatever is thrown, the branch then has its
    /// old value, or a tested one.
    package func land(
        _ request: LandingRequest, record: (LandingStep) async throws -> Void
    ) async throws -> LandingReport {
        let fold = try await Fold.make(
            request.candidates, onto: request.tip, in: repository, author: author(),
            keepsAllLines: request.keepsAllLines)
        var report = LandingReport(tip: request.tip)
        for (id, paths) in fold.conflicts { report.returned[id] = Self.conflict(paths) }
        guard !fold.entries.isEmpty else { return report }
        let outcome = try await trial(of: fold, request).run { step in
            try await record(Self.step(step, of: fold))
        }
        if let run = outcome.redBase {
            report.redBase = "without any of the candidates it fails \(run.namesOfFailures())"
            return report
        }
        if let culprit = outcome.culprit {
            report.returned[fold.entries[culprit.index].feature] = Self.broken(culprit.run)
        }
        guard outcome.green > 0 else { return report }
        let green = fold.prefix(outcome.green)
        try await move(request, to: green, proof: outcome.proof, record: record)
        report.tip = green.tip
        report.landed = green.entries
        return report
    }

    private func trial(of fold: Fold, _ request: LandingRequest) -> FoldTrial {
        let judgements = Dictionary(
            request.candidates.map { ($0.feature, $0.judgements) }, uniquingKeysWith: { first, _ in first })
        var demand = Demand(tree: fold.oldTree, judgements: request.landed)
        var demands = [demand]
        for entry in fold.entries {
            demand.tree = entry.tree
            demand.judgements += judgements[entry.feature] ?? []
            demands.append(demand)
        }
        return FoldTrial(
            prover: ProofRunner(bench: bench, fullSuite: request.fullSuite), slots: request.testSlots,
            isBaseProven: request.isTipProven, demands: demands)
    }

    private func move(
        _ request: LandingRequest, to green: Fold, proof: TestRun?, record: (LandingStep) async throws -> Void
    ) async throws {
        precondition(
            proof?.isGreen == true && proof?.tree == green.tree, "a branch moves only to a tree that was tested")
        try await record(.branchMoving(green))
        try Task.checkCancellation()
        try repository.update([
            ReferenceUpdate(name: request.branch, new: green.tip, old: request.branchExists ? request.tip : nil)
        ])
        try await record(.branchMoved(green))
    }

    private static func step(_ step: TrialStep, of fold: Fold) -> LandingStep {
        switch step {
        case .tested(length: 0, let run): .baseTested(run)
        case .tested(let length, let run): .foldTested(fold.prefix(length), run)
        case .flaky(let tests, let tree): .flaky(tests, tree: tree)
        }
    }
}

extension Lander {
    private static func conflict(_ paths: [String]) -> Failure {
        Failure(
            kind: .conflict, summary: "does not merge with what landed meanwhile: \(paths.joined(separator: ", "))")
    }

    private static func broken(_ run: TestRun) -> Failure {
        Failure(
            kind: .landingRed,
            summary: "passes alone, but with what landed before it breaks: \(run.namesOfFailures())",
            outputTail: run.report, exitCode: run.exitCode)
    }
}

extension TestRun {
    /// The first few tests that did not pass, and how many more there are.
    func namesOfFailures(limit: Int = 5) -> String {
        let names = results.filter { $0.outcome != .passed }.map { $0.file.isEmpty ? $0.id : "\($0.file) \($0.id)" }
        let more = names.count > limit ? " and \(names.count - limit) more" : ""
        return names.prefix(limit).joined(separator: ", ") + more
    }
}
