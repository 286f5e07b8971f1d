import Foundation
package import Vocabulary

/// A generated repository.
package struct DemoFiles: Sendable {
    /// The text of every file by its path, the plan too.
    package var files: [String: String]
    package var planPath: String
    /// YAML in the field's schema, with an explicit `id` for each feature.
    package var planText: String
    /// One for each feature, in the plan's order.
    package var solutions: [SimulatedSolution]

    package init(files: [String: String], planPath: String, planText: String, solutions: [SimulatedSolution]) {
        self.files = files
        self.planPath = planPath
        self.planText = planText
        self.solutions = solutions
    }

    /// Writes all files below a folder, which is made when it is not there.
    ///
    /// - Throws: The file system's error; the files before it are written then.
    package func write(to folder: String) throws {
        let root = URL(filePath: folder, directoryHint: .isDirectory)
        for (path, text) in files.sorted(by: { $0.key < $1.key }) {
            let file = root.appending(path: path)
            try FileManager.default.createDirectory(
                at: file.deletingLastPathComponent(), withIntermediateDirectories: true)
            try Data(text.utf8).write(to: file)
        }
    }

    /// The files as they are when these features, and no others, have been solved.
    package func solved(_ features: Set<FeatureID>) -> DemoFiles {
        solved { features.contains($0.feature) ? $0.correct : nil }
    }

    /// The files with a passage in place of each stub for which there is one; missing source and test files of such features are added.
    package func solved(by passage: (SimulatedSolution) -> String?) -> DemoFiles {
        var result = self
        for solution in solutions {
            guard let text = passage(solution) else { continue }
            let source = result.files[solution.sourcePath] ?? solution.stubFile
            result.files[solution.sourcePath] =
                if source.contains(solution.stub) {
                    source.replacingFirst(solution.stub, with: text)
                } else {
                    source.replacingFirst(solution.anchor, with: text + "\n\n" + solution.anchor)
                }
            if result.files[solution.testPath] == nil { result.files[solution.testPath] = solution.testText }
        }
        return result
    }
}
