package import Verification
package import Vocabulary
package import Workspaces

/// One batch as it is to be put together with the others.
package struct IntegrationMember: Sendable {
    package var batch: BatchID
    /// What the batch stands on.
    package var base: ObjectID
    package var tip: ObjectID
    /// Batches whose tips ``base`` is made of; without one of them this batch has no place either.
    package var after: [BatchID]
    /// The tests of everything that landed on the batch's branch.
    package var judgements: [Judgement]

    package init(batch: BatchID, base: ObjectID, tip: ObjectID, after: [BatchID], judgements: [Judgement]) {
        self.batch = batch
        self.base = base
        self.tip = tip
        self.after = after
        self.judgements = judgements
    }
}

/// What the batches of a run are together.
package struct Integration: Equatable, Sendable {
    /// A commit with all of ``batches``, tested as a whole; the run's base when there are none.
    package var tip: ObjectID
    package var tree: ObjectID
    package var batches: [BatchID] = []
    /// Why a batch is not part of it.
    package var problems: [BatchID: String] = [:]
}

/// Folds the tips of a run's batches in memory and tests them as a whole; a batch that does not fit is left out and named.
package struct Integrator: Sendable {
    private let repository: Repository
    private let bench: TestBench
    private let author: @Sendable () -> Signature

    package init(repository: Repository, bench: TestBench, author: @escaping @Sendable () -> Signature) {
        self.repository = repository
        self.bench = bench
        self.author = author
    }

    /// Puts the members together in their order, on top of `base`; each is green by itself.
    package func integrate(
        _ members: [IntegrationMember], onto base: ObjectID, fullSuite: [String]?,
        keepsAllLines: (String) -> Bool = { _ in false }, testSlots: Int
    ) async throws -> Integration {
        var result = Integration(tip: base, tree: try repository.tree(of: base))
        var judgements: [Judgement] = []
        var rest = members[...]
        while !rest.isEmpty {
            let (chain, problems) = try await chain(of: rest, onto: result, keepsAllLines)
            // Whoever is behind a culprit gets another chance without it.
            guard !chain.isEmpty else {
                result.problems.merge(problems) { $1 }
                break
            }
            var demands = [Demand(tree: result.tree, judgements: judgements)]
            for link in chain {
                demands.append(
                    Demand(tree: link.tree, judgements: demands[demands.count - 1].judgements + link.member.judgements))
            }
            // A batch by itself was tested when it landed.
            let isOnlyOne = demands.count == 2 && result.batches.isEmpty && chain[0].commit == chain[0].member.tip
            let outcome =
                isOnlyOne
                ? FoldTrial.Outcome(green: 1)
                : try await FoldTrial(
                    prover: ProofRunner(bench: bench, fullSuite: fullSuite), slots: testSlots, isBaseProven: true,
                    demands: demands
                ).run { _ in }
            for link in chain.prefix(outcome.green) {
                result.tip = link.commit
                result.tree = link.tree
                result.batches.append(link.member.batch)
            }
            judgements = demands[outcome.green].judgements
            guard let culprit = outcome.culprit else {
                result.problems.merge(problems) { $1 }
                break
            }
            let member = chain[culprit.index].member
            for earlier in rest.prefix(while: { $0.batch != member.batch }) {
                result.problems[earlier.batch] = problems[earlier.batch]
            }
            result.problems[member.batch] = "green alone, but red with the others: \(culprit.run.namesOfFailures())"
            rest = rest.drop { $0.batch != member.batch }.dropFirst()
        }
        return result
    }

    private struct Link {
        var member: IntegrationMember
        var commit: ObjectID
        var tree: ObjectID
    }

    /// One commit for each member that merges with those before it, and why the others do not.
    private func chain(
        of members: ArraySlice<IntegrationMember>, onto result: Integration, _ keepsAllLines: (String) -> Bool
    ) async throws -> (links: [Link], problems: [BatchID: String]) {
        var links: [Link] = []
        var problems: [BatchID: String] = [:]
        var (tip, tree) = (result.tip, result.tree)
        for member in members {
            if let missing = member.after.first(where: { result.problems[$0] ?? problems[$0] != nil }) {
                problems[member.batch] = "it is stacked on \(missing), which does not fit"
                continue
            }
            let memberTree = try repository.tree(of: member.tip)
            let outcome = try await repository.merge(
                base: member.base, ours: tree, theirs: memberTree, keepsAllLines: keepsAllLines)
            guard case .clean(let merged) = outcome else {
                if case .conflicted(let paths, _) = outcome {
                    problems[member.batch] = "it does not merge with the others: \(paths.joined(separator: ", "))"
                }
                continue
            }
            let isStep = try repository.isAncestor(tip, of: member.tip) && merged == memberTree
            let commit =
                isStep
                ? member.tip
                : try repository.commit(
                    tree: merged, parents: [tip, member.tip], message: "Integrate \(member.batch)\n", author: author())
            links.append(Link(member: member, commit: commit, tree: merged))
            (tip, tree) = (commit, merged)
        }
        return (links, problems)
    }
}
