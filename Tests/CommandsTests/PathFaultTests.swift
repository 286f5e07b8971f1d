import Foundation
import MoonshiftTestSupport
import Testing
import Vocabulary

/// Paths that can never hold a plain file: each fails its own feature, for free, and no other.
@Suite(.timeLimit(.minutes(10))) struct PathFaultTests {
    @Test func featuresWithUnusablePathsFailAloneAndCostNothing() async throws {
        let repository = try await TemporaryRepository(files: ["file.py": "x = 1\n", "src/a.py": "", "tests/a.py": ""])
        try FileManager.default.createSymbolicLink(
            atPath: "\(repository.path)/link", withDestinationPath: "/etc")
        try await repository.git("add", "--all")
        try await repository.commit("A link out of the repository")
        let features = [
            ("link/evil.py", "tests/b.py"), ("file.py/x.py", "tests/c.py"), ("src/a.py", "link"),
            ("src/same.py", "src/same.py"), ("recipes/tdd.lua", "tests/d.py"),
        ]
        let plan: Value = [
            "features": .list(
                features.enumerated().map { index, paths in
                    [
                        "name": .string("f\(index)"), "file_path": .string(paths.0), "test_path": .string(paths.1),
                    ]
                })
        ]
        let planPath = repository.directory.path(of: "plan.json")
        try Data(plan.json.utf8).write(to: URL(fileURLWithPath: planPath))
        var environment = repository.environment
        environment["OPENAI_BASE_URL"] = "http://127.0.0.1:9/v1"
        let result = try await runProcess(
            [try BuiltProduct.path("moonshift"), "run", "--plan", planPath, "--json", "--sandbox", "none"],
            environment: environment, directory: repository.path)
        #expect(result.exitCode == 1)
        let summary = try Value(json: Array((result.output.split(separator: "\n").last ?? "").utf8))
        #expect(summary["features_failed"]?.integerValue == features.count)
        #expect(summary["features_open"]?.integerValue == 0)
        #expect(summary["failures"]?["rejected"]?.integerValue == features.count)
        #expect(summary["calls"]?.integerValue == 0)
    }
}
