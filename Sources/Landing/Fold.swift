package import Vocabulary
package import Workspaces

/// Candidates put on top of a tip, one commit each, in the object store only.
package struct Fold: Equatable, Sendable {
    package struct Entry: Codable, Equatable, Sendable {
        package var feature: FeatureID
        package var commit: ObjectID
    }

    package var oldTip: ObjectID
    package var tip: ObjectID
    package var tree: ObjectID
    /// In the order of the commits.
    package var entries: [Entry]
    /// Candidates that did not merge, with the paths in conflict.
    package var conflicts: [FeatureID: [String]]

    /// Folds the candidates in the given order; `author` is author and committer of every commit, and gives their time.
    package static func make(
        _ candidates: [Candidate], onto tip: ObjectID, in repository: Repository, author: Signature
    ) async throws -> Fold {
        var fold = Fold(
            oldTip: tip, tip: tip, tree: try repository.tree(of: tip), entries: [], conflicts: [:])
        for candidate in candidates {
            switch try await fold.merged(candidate, in: repository) {
            case .clean(let tree):
                let commit = try repository.commit(
                    tree: tree, parents: [fold.tip], message: candidate.message, author: author)
                fold.tip = commit
                fold.tree = tree
                fold.entries.append(Entry(feature: candidate.feature, commit: commit))
            case .conflicted(let paths, _):
                fold.conflicts[candidate.feature] = paths
            }
        }
        return fold
    }

    private func merged(_ candidate: Candidate, in repository: Repository) async throws -> MergeOutcome {
        if candidate.base == tip { return .clean(tree: candidate.tree) }
        return try await repository.merge(base: candidate.base, ours: tree, theirs: candidate.tree)
    }
}
