package import Vocabulary
package import Workspaces

/// Candidates put on top of a tip, one commit each, in the object store only.
package struct Fold: Equatable, Sendable {
    package struct Entry: Equatable, Sendable {
        package var feature: FeatureID
        package var commit: ObjectID
        /// The tree of ``commit``.
        package var tree: ObjectID
    }

    /// What was folded onto, and its tree.
    package let oldTip: ObjectID
    package let oldTree: ObjectID
    /// In the order of the commits.
    package private(set) var entries: [Entry] = []
    /// Candidates that do not merge with ``oldTip``, with the paths in conflict.
    package private(set) var conflicts: [FeatureID: [String]] = [:]
    /// Candidates that merge with ``oldTip`` but not with one that was folded before them: they may try again once it is
    /// known whether that one lands.
    package private(set) var deferred: [FeatureID] = []

    /// The last commit; ``oldTip`` when nothing was folded.
    package var tip: ObjectID {
        entries.last?.commit ?? oldTip
    }

    package var tree: ObjectID {
        entries.last?.tree ?? oldTree
    }

    /// The fold of the first `length` entries alone.
    package func prefix(_ length: Int) -> Fold {
        var fold = self
        fold.entries = Array(entries.prefix(length))
        return fold
    }

    /// Folds the candidates in the given order; `author` is author and committer of every commit, and gives their time.
    ///
    /// `keepsAllLines`: whether a file is line-oriented, so that two candidates that add to it never conflict.
    package static func make(
        _ candidates: [Candidate], onto tip: ObjectID, in repository: Repository, author: Signature,
        keepsAllLines: (String) -> Bool = { _ in false }
    ) async throws -> Fold {
        var fold = Fold(oldTip: tip, oldTree: try repository.tree(of: tip))
        for candidate in candidates {
            switch try await fold.merged(candidate, onto: fold.tree, in: repository, keepsAllLines) {
            case .clean(let tree):
                let commit = try repository.commit(
                    tree: tree, parents: [fold.tip], message: candidate.message, author: author)
                fold.entries.append(Entry(feature: candidate.feature, commit: commit, tree: tree))
            case .conflicted(let paths, _):
                if !fold.entries.isEmpty,
                    case .clean = try await fold.merged(candidate, onto: fold.oldTree, in: repository, keepsAllLines)
                {
                    fold.deferred.append(candidate.feature)
                } else {
                    fold.conflicts[candidate.feature] = paths
                }
            }
        }
        return fold
    }

    private func merged(
        _ candidate: Candidate, onto tree: ObjectID, in repository: Repository, _ keepsAllLines: (String) -> Bool
    ) async throws -> MergeOutcome {
        if candidate.base == oldTip, tree == oldTree { return .clean(tree: candidate.tree) }
        return try await repository.merge(
            base: candidate.base, ours: tree, theirs: candidate.tree, keepsAllLines: keepsAllLines)
    }
}
