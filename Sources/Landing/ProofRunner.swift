import PolicyContract
import Verification
import Workspaces

/// What has to pass on a tree: the tests of everything on it, and a command besides, if the recipe names one.
struct Demand: Sendable {
    var tree: ObjectID
    var judgements: [Judgement]

    /// Whether there is nothing that could be red.
    func isEmpty(besides fullSuite: [String]?) -> Bool {
        judgements.isEmpty && fullSuite == nil
    }
}

/// Runs what a tree has to pass, and what failed of it once more.
struct ProofRunner: Sendable {
    let bench: TestBench
    let fullSuite: [String]?

    /// The tests first; the command only when they are green.
    ///
    /// `isFresh`: whether a green run that is remembered does not count.
    func prove(_ demand: Demand, isFresh: Bool = false) async throws -> TestRun {
        let tests =
            demand.judgements.isEmpty
            ? nil : try await bench.run(demand.judgements, base: demand.tree, isFresh: isFresh)
        guard let fullSuite, tests?.isGreen ?? true else { return tests ?? Self.nothing(on: demand.tree) }
        let suite = try await bench.run(command: fullSuite, tree: demand.tree)
        return tests.map { $0.joined(with: suite) } ?? suite
    }

    /// Runs the tests that did not pass once more, and the command if it has not passed yet.
    ///
    /// - Returns: The run with the results of both; those that passed only now are the flaky ones.
    func repeatFailures(of run: TestRun, _ demand: Demand) async throws -> (run: TestRun, flaky: [TestResult]) {
        let failed = Set(run.results.filter { $0.outcome != .passed }.map(TestKey.init))
        let judgements = demand.judgements.compactMap { judgement -> Judgement? in
            var narrowed = judgement
            narrowed.target.ids = judgement.target.ids.filter {
                failed.contains(TestKey(file: judgement.target.file, id: $0))
            }
            return narrowed.target.ids.isEmpty ? nil : narrowed
        }
        let again = try await prove(Demand(tree: demand.tree, judgements: judgements), isFresh: true)
        let whole = run.replacing(with: again)
        let flaky = again.results.filter { $0.outcome == .passed && failed.contains(TestKey($0)) }
        return (whole, flaky)
    }

    private static func nothing(on tree: ObjectID) -> TestRun {
        TestRun(tree: tree, results: [], outputTail: "", exitCode: 0, isTimedOut: false, seconds: 0)
    }
}

/// Which test a result is about.
private struct TestKey: Hashable {
    var file: String
    var id: String

    init(file: String, id: String) {
        self.file = file
        self.id = id
    }

    init(_ result: TestResult) {
        self.init(file: result.file, id: result.id)
    }
}

extension TestRun {
    /// Both runs of one tree as one, the results of this one first.
    fileprivate func joined(with other: TestRun) -> TestRun {
        TestRun(
            tree: tree, results: results + other.results,
            outputTail: [outputTail, other.outputTail].filter { !$0.isEmpty }.joined(separator: "\n"),
            exitCode: exitCode == 0 ? other.exitCode : exitCode, isTimedOut: isTimedOut || other.isTimedOut,
            seconds: seconds + other.seconds)
    }

    /// This run with what a later run of the same tree says of the same tests, and of further ones.
    fileprivate func replacing(with later: TestRun) -> TestRun {
        let newer = Set(later.results.map(TestKey.init))
        return TestRun(
            tree: tree, results: results.filter { !newer.contains(TestKey($0)) } + later.results,
            outputTail: later.outputTail, exitCode: later.exitCode, isTimedOut: later.isTimedOut,
            seconds: seconds + later.seconds)
    }
}
