extension Repository {
    /// Whether the user's work tree or index differs from HEAD; untracked files count, ignored ones do not.
    ///
    /// A bare repository is never dirty. Takes no lock and refreshes no index.
    package func isDirty() async throws -> Bool {
        guard let workTree else { return false }
        let output = try await git.check(
            ["status", "--porcelain", "-z", "--ignore-submodules=all"], gitDirectory: gitDirectory, workTree: workTree)
        return !output.isEmpty
    }

    /// Merges two changes of one base, in memory: no work tree, no index, no reference.
    ///
    /// Changes of different paths are joined in process; only where one path changed on both sides the git program merges
    /// the contents, by its usual strategy.
    ///
    /// `base`: a commit or a tree, as `ours` and `theirs` are.
    ///
    /// `keepsAllLines`: whether a file is line-oriented, so that the lines of both sides are kept where they would conflict.
    package func merge(
        base: ObjectID, ours: ObjectID, theirs: ObjectID, keepsAllLines: (String) -> Bool = { _ in false }
    ) async throws -> MergeOutcome {
        let trees = (base: try tree(of: base), ours: try tree(of: ours), theirs: try tree(of: theirs))
        if let joined = try combine(base: trees.base, ours: trees.ours, theirs: trees.theirs) {
            return .clean(tree: joined)
        }
        let outcome = try await mergeContents(base: trees.base, ours: trees.ours, theirs: trees.theirs)
        guard case .conflicted(let paths, let markerTree) = outcome, paths.allSatisfy(keepsAllLines) else {
            return outcome
        }
        guard let joined = try joinLines(of: paths, base: trees.base, ours: trees.ours, theirs: trees.theirs) else {
            return outcome
        }
        return .clean(tree: try tree(markerTree, applying: joined))
    }

    private func mergeContents(base: ObjectID, ours: ObjectID, theirs: ObjectID) async throws -> MergeOutcome {
        // git 2.39 merges commits only and finds the base itself: two children of one root leave it one choice. Equal
        // trees make equal commits, so that a repeated merge stores nothing new.
        let nobody = Signature(name: "Moonshift", email: "moonshift@localhost", time: 0)
        let root = try commit(tree: base, parents: [], message: "base", author: nobody)
        let left = try commit(tree: ours, parents: [root], message: "ours", author: nobody)
        let right = try commit(tree: theirs, parents: [root], message: "theirs", author: nobody)
        let arguments = [
            "merge-tree", "--write-tree", "-z", "--name-only", "--no-messages", left.description, right.description,
        ]
        let answer = try await git.run(arguments)
        let fields = answer.output.split(separator: 0, omittingEmptySubsequences: true)
            .map { String(decoding: $0, as: UTF8.self) }
        guard answer.exitCode == 0 || answer.exitCode == 1, let tree = fields.first.flatMap(ObjectID.init(hex:)) else {
            throw RepositoryError.gitFailed(
                command: arguments.joined(separator: " "), exitCode: answer.exitCode,
                text: answer.standardError.trimmed)
        }
        guard answer.exitCode == 1 else { return .clean(tree: tree) }
        return .conflicted(paths: Set(fields.dropFirst()).sorted(), markerTree: tree)
    }
}
