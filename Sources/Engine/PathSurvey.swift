package import Plans
import PolicyContract
package import Vocabulary
package import Workspaces

/// Finds out whether a feature's paths can hold plain files in a tree, before anything is spent on it.
package enum PathSurvey {
    /// Warns of every feature that a run from this commit would refuse.
    ///
    /// - Parameters:
    ///   - plan: The plan.
    ///   - name: What the warnings call its file.
    ///   - commit: The commit that the run would start from.
    ///   - repository: The repository with the commit.
    /// - Returns: In the order of the plan; a path below a file that only another feature makes is not found.
    /// - Throws: `RepositoryError` when the commit cannot be read.
    package static func warnings(
        for plan: Plan, named name: String, at commit: ObjectID, in repository: Repository
    ) throws -> [Diagnostic] {
        let tree = try repository.tree(of: commit)
        return try plan.features.compactMap { feature in
            try problem(of: feature, in: tree, repository: repository).map { problem in
                Diagnostic(
                    file: name, line: feature.line, severity: .warning,
                    message: "a run would refuse the feature \(feature.id): \(problem)")
            }
        }
    }

    /// Why the feature cannot be worked on there, as a sentence; nil when it can.
    static func problem(of feature: Feature, in tree: ObjectID, repository: Repository) throws -> String? {
        if feature.testPath == feature.filePath {
            let file = feature.filePath.shown()
            return "its source and its test are the same file, \(file); give the test a file of its own"
        }
        for path in [feature.filePath, feature.testPath].compactMap(\.self) {
            if WriteScope.forbidden.contains(where: { PathGlob($0).matches(path) }) {
                return "\(path.shown()) is a protected path that no feature may change"
            }
            if let problem = try problem(of: path, in: tree, repository: repository) { return problem }
        }
        return nil
    }

    private static func problem(of path: String, in tree: ObjectID, repository: Repository) throws -> String? {
        if let entry = try repository.entry(path, in: tree) {
            switch entry.mode {
            case .regular, .executable: return nil
            case .symlink: return "\(path.shown()) is a symbolic link; links are neither followed nor changed"
            case .submodule: return "\(path.shown()) is a submodule; its files belong to another repository"
            }
        }
        var folder = path
        while let slash = folder.lastIndex(of: "/") {
            folder = String(folder[..<slash])
            if let entry = try repository.entry(folder, in: tree) {
                let obstacle = "\(folder.shown()) is \(word(for: entry.mode)) and no folder"
                return "\(path.shown()) cannot exist, because \(obstacle)"
            }
        }
        return nil
    }

    private static func word(for mode: FileMode) -> String {
        switch mode {
        case .regular, .executable: "a file"
        case .symlink: "a symbolic link"
        case .submodule: "a submodule"
        }
    }
}
