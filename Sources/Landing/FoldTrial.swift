package import PolicyContract
package import Verification
package import Workspaces

/// What happens while it is found out how much of a fold is green.
package enum TrialStep: Equatable, Sendable {
    /// The first `length` members of the fold were tested; the length of nothing is the base.
    case tested(length: Int, TestRun)
    /// What failed was run again and passed on the same tree.
    case flaky([TestResult], tree: ObjectID)
}

/// Performs a ``PrefixSearch`` on real trees.
struct FoldTrial: Sendable {
    struct Outcome: Sendable {
        /// The longest prefix that may be used, and the run that proves it; nil when that is length 0.
        var green: Int
        var proof: TestRun?
        /// The index of the member that breaks what is before it, and the run that shows it.
        var culprit: (index: Int, run: TestRun)?
        /// What the base fails by itself; nobody is to blame then.
        var redBase: TestRun?
    }

    let prover: ProofRunner
    /// How many tests can run side by side.
    let slots: Int
    /// Whether a run on record shows that the base passes.
    let isBaseProven: Bool
    /// What each prefix has to pass, by its length from 0.
    let demands: [Demand]

    /// Tests until it is known how far the fold is green; every step is told before the next is taken.
    func run(_ record: (TrialStep) async throws -> Void) async throws -> Outcome {
        var search = PrefixSearch(
            count: demands.count - 1, slots: slots,
            isBaseProven: isBaseProven || demands[0].isEmpty(besides: prover.fullSuite))
        var runs: [Int: TestRun] = [:]
        while true {
            try Task.checkCancellation()
            switch search.next() {
            case .test(let lengths):
                for (length, run) in try await test(lengths) {
                    runs[length] = run
                    try await record(.tested(length: length, run))
                    search.tested(length, isGreen: isProof(run, of: length))
                }
            case .confirm(let length):
                guard let first = runs[length] else {
                    preconditionFailure("a prefix is confirmed that was never tested")
                }
                let (run, flaky) = try await prover.repeatFailures(of: first, demands[length])
                runs[length] = run
                if !flaky.isEmpty { try await record(.flaky(flaky, tree: run.tree)) }
                try await record(.tested(length: length, run))
                search.confirmed(length, isGreen: isProof(run, of: length))
            case .testBase:
                let run = try await prover.prove(demands[0], isFresh: true)
                runs[0] = run
                try await record(.tested(length: 0, run))
                search.baseTested(isGreen: isProof(run, of: 0))
            case .end(.baseIsRed): return Outcome(green: 0, redBase: runs[0])
            case .end(.found(let green, let culprit)):
                return Outcome(
                    green: green, proof: runs[green],
                    culprit: culprit.flatMap { index in runs[index + 1].map { (index, $0) } })
            }
        }
    }

    /// Green, and of exactly the tree that was asked for.
    private func isProof(_ run: TestRun, of length: Int) -> Bool {
        run.isGreen && run.tree == demands[length].tree
    }

    private func test(_ lengths: [Int]) async throws -> [(Int, TestRun)] {
        try await withThrowingTaskGroup(of: (Int, TestRun).self) { group in
            for length in lengths {
                group.addTask { (length, try await prover.prove(demands[length])) }
            }
            var results: [(Int, TestRun)] = []
            for try await result in group { results.append(result) }
            return results.sorted { $0.0 < $1.0 }
        }
    }
}
