import Vocabulary

/// A generator of small but real repositories: source files with functions left out, tests that say what they must do, a plan of all the
/// features, and the solutions that a simulated model needs.
///
/// The same settings give the same bytes. Of the features
/// - a fifth share a source file in groups of two to five: some stubs stand line by line, so that two solutions do not merge, and some are
///   not in the file at all; half of the groups share a test file too, where each feature has test ids of its own;
/// - a quarter lack their test file, their source file, or both;
/// - a tenth call the function of another feature.
package struct DemoRepository: Equatable, Sendable {
    package var language: DemoLanguage
    /// 1 at least.
    package var features: Int
    /// How many batches the plan proposes; 1 at least, and never more than features.
    package var batches: Int
    package var seed: UInt64
    /// Another plan's shape to have instead of the shares above; nil: those.
    package private(set) var shape: DemoShape?

    /// Where the plan lies in the repository.
    package static let planPath = "docs/hookup_analysis/integration_plan.yaml"

    package init(language: DemoLanguage = .lua, features: Int = 440, batches: Int = 9, seed: UInt64 = 1) {
        self.language = language
        self.features = max(1, features)
        self.batches = min(max(1, batches), max(1, features))
        self.seed = seed
    }

    /// A repository in which as many features share files, and batches, as in another plan. All have their tests and their
    /// sources, and none calls another.
    package init(language: DemoLanguage = .lua, like shape: DemoShape, seed: UInt64 = 1) {
        self.init(language: language, features: shape.places.count, batches: shape.batches, seed: seed)
        self.shape = shape
    }

    /// Generates the repository; takes some milliseconds per hundred features.
    package func generate() -> DemoFiles {
        let features = DemoOutline(self).features
        let writer = DemoWriter(language: language)
        var files = language.extraFiles
        files["README.md"] = readme
        for group in groups(features, by: writer.sourcePath) {
            let stubs = group.members.filter { !$0.isStubAbsent }.map {
                (text: writer.stub($0), isCompact: $0.isCompact)
            }
            guard group.members.contains(where: { $0.missing != .source && $0.missing != .both }) else { continue }
            files[group.path] = writer.sourceFile(group.members[0], passages: stubs)
        }
        for group in groups(features, by: writer.testPath) {
            guard group.members.contains(where: { $0.missing != .test && $0.missing != .both }) else { continue }
            files[group.path] = writer.testFile(group.members)
        }
        let plan = DemoPlanText(repository: self, writer: writer, features: features).text
        files[Self.planPath] = plan
        return DemoFiles(
            files: files, planPath: Self.planPath, planText: plan,
            solutions: DemoSolutions(writer: writer, features: features).all)
    }

    private func groups(
        _ features: [DemoFeature], by path: (DemoFeature) -> String
    ) -> [(path: String, members: [DemoFeature])] {
        Dictionary(grouping: features, by: path).map { (path: $0.key, members: $0.value) }.sorted { $0.path < $1.path }
    }

    private var readme: String {
        """
        # A generated repository

        Made by `moonshift demo`: \(features.counted("small function")) to write, proposed in \(batches.counted("batch", "batches")) by
        `\(Self.planPath)`. Each has tests under `tests/` that say what it must do.

        """
    }
}
