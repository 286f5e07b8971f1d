package import PolicyContract
package import Verification
package import Vocabulary
package import Workspaces

/// What happened in a landing, made durable before the landing goes on.
package enum LandingStep: Equatable, Sendable {
    case foldTested(Fold, TestRun)
    case branchMoved(Fold)
}

/// The candidates of a batch that are ready, and how they are to be landed.
package struct LandingRequest: Sendable {
    /// The full name of the branch, `refs/heads/moonshift/<run>/<batch>`.
    package var branch: String
    /// The tip that the branch has, or will have when it is made: the batch's base.
    package var tip: ObjectID
    /// Whether the branch exists already.
    package var branchExists: Bool
    /// In the order in which to fold.
    package var candidates: [Candidate]
    package var foldSize: Int
    /// The tests of everything that landed on the branch before.
    package var landed: [Judgement]
    package var fullSuite: [String]?

    package init(
        branch: String, tip: ObjectID, branchExists: Bool, candidates: [Candidate], foldSize: Int,
        landed: [Judgement], fullSuite: [String]? = nil
    ) {
        self.branch = branch
        self.tip = tip
        self.branchExists = branchExists
        self.candidates = candidates
        self.foldSize = foldSize
        self.landed = landed
        self.fullSuite = fullSuite
    }
}

/// What a landing did.
package struct LandingReport: Equatable, Sendable {
    package var tip: ObjectID
    package var landed: [Fold.Entry]
    package var returned: [FeatureID: Failure]
    /// Folds tested, and how many of them were red.
    package var testedFolds: Int
    package var redFolds: Int
}

/// Folds, tests and lands the candidates of one batch branch; one landing at a time.
package struct Lander: Sendable {
    private let repository: Repository
    private let bench: TestBench
    private let author: @Sendable () -> Signature

    package init(repository: Repository, bench: TestBench, author: @escaping @Sendable () -> Signature) {
        self.repository = repository
        self.bench = bench
        self.author = author
    }

    /// Lands what is green.
    ///
    /// `record` makes a step durable; when it throws, nothing further happens. Whatever is thrown, the branch then has its
    /// old value, or a tested one.
    package func land(
        _ request: LandingRequest, record: (LandingStep) async throws -> Void
    ) async throws -> LandingReport {
        var machine = LandingMachine(candidates: request.candidates.map(\.feature), foldSize: request.foldSize)
        var report = LandingReport(tip: request.tip, landed: [], returned: [:], testedFolds: 0, redFolds: 0)
        var branchExists = request.branchExists
        let candidates = Dictionary(
            request.candidates.map { ($0.feature, $0) }, uniquingKeysWith: { first, _ in first })
        while case .tryFold(let ids) = machine.next() {
            try Task.checkCancellation()
            let fold = try await Fold.make(
                ids.compactMap { candidates[$0] }, onto: report.tip, in: repository, author: author())
            machine.conflicted(fold.conflicts)
            guard !fold.entries.isEmpty else { continue }
            let judgements =
                request.landed + (report.landed + fold.entries).flatMap { candidates[$0.feature]?.judgements ?? [] }
            let run = try await test(judgements, tree: fold.tree, fullSuite: request.fullSuite)
            report.testedFolds += 1
            try await record(.foldTested(fold, run))
            guard run.isGreen, run.tree == fold.tree else {
                report.redFolds += 1
                machine.foldRed(Self.failure(of: run))
                continue
            }
            try Task.checkCancellation()
            try repository.update([
                ReferenceUpdate(name: request.branch, new: fold.tip, old: branchExists ? report.tip : nil)
            ])
            branchExists = true
            report.tip = fold.tip
            report.landed += fold.entries
            machine.foldLanded()
            try await record(.branchMoved(fold))
        }
        report.returned = machine.returned
        return report
    }

    private func test(_ judgements: [Judgement], tree: ObjectID, fullSuite: [String]?) async throws -> TestRun {
        let run = try await bench.run(judgements, base: tree)
        guard run.isGreen, let fullSuite else { return run }
        return try await bench.run(command: fullSuite, tree: tree)
    }

    private static func failure(of run: TestRun) -> Failure {
        let broken = run.results.filter { $0.outcome != .passed }.map { "\($0.file) \($0.id)".trimmingSpaces() }
        let named = broken.prefix(5).joined(separator: ", ") + (broken.count > 5 ? " and \(broken.count - 5) more" : "")
        return Failure(
            kind: .landingRed, summary: "passes alone, but with what landed before it breaks: \(named)",
            outputTail: run.report, exitCode: run.exitCode)
    }
}

extension String {
    fileprivate func trimmingSpaces() -> String {
        String(drop { $0 == " " })
    }
}
