import Foundation
import MoonshiftTestSupport
import Testing
import Vocabulary

/// Paths that can never hold a plain file: each fails its own feature, for free, and no other.
@Suite(.heavy, .timeLimit(.minutes(5))) struct PathFaultTests {
    /// Paths that the repository has no place for, and why.
    private static let faults: [(file: String, test: String, reason: String)] = [
        ("link/evil.py", "tests/b.py", "link/evil.py cannot exist, because link is a symbolic link and no folder"),
        ("file.py/x.py", "tests/c.py", "file.py/x.py cannot exist, because file.py is a file and no folder"),
        ("src/a.py", "link", "link is a symbolic link; links are neither followed nor changed"),
        ("src/same.py", "src/same.py", "its source and its test are the same file, src/same.py; give the test"),
        ("recipes/tdd.lua", "tests/d.py", "recipes/tdd.lua is a protected path that no feature may change"),
        ("sub", "tests/e.py", "sub is a submodule; its files belong to another repository"),
        ("sub/x.py", "tests/f.py", "sub/x.py cannot exist, because sub is a submodule and no folder"),
    ]

    /// A repository with a link and a submodule, and the path of a plan with all faults and one good feature at its end.
    private static func site() async throws -> (repository: TemporaryRepository, plan: String) {
        let repository = try await TemporaryRepository(files: ["file.py": "x = 1\n", "src/a.py": "", "tests/a.py": ""])
        try FileManager.default.createSymbolicLink(
            atPath: "\(repository.path)/link", withDestinationPath: "/etc")
        try await repository.commit("A link out of the repository")
        try await repository.git("init", "--quiet", "sub")
        try await repository.git("-C", "sub", "commit", "--quiet", "--allow-empty", "--message", "Other work")
        try await repository.commit("A repository in the repository")
        let features = faults.enumerated().map { index, fault in
            "- {name: f\(index), file_path: \(fault.file), test_path: \(fault.test)}\n"
        }
        let path = repository.directory.path(of: "plan.yaml")
        let text = "features:\n\(features.joined())"
        try Data(text.utf8).write(to: URL(fileURLWithPath: path))
        return (repository, path)
    }

    private static func moonshift(_ arguments: [String], in repository: TemporaryRepository) async throws
        -> ProcessOutput
    {
        var environment = repository.environment
        environment["OPENAI_BASE_URL"] = "http://127.0.0.1:9/v1"
        return try await runProcess(
            [try BuiltProduct.path("moonshift")] + arguments, environment: environment, directory: repository.path)
    }

    @Test func featuresWithUnusablePathsFailAloneAndCostNothing() async throws {
        let (repository, plan) = try await Self.site()
        let result = try await Self.moonshift(
            ["run", "--plan", plan, "--json", "--sandbox", "none"], in: repository)
        #expect(result.exitCode == 1)
        let summary = try Value(json: Array((result.output.split(separator: "\n").last ?? "").utf8))
        #expect(summary["features_failed"]?.integerValue == Self.faults.count)
        #expect(summary["features_open"]?.integerValue == 0)
        #expect(summary["failures"]?["rejected"]?.integerValue == Self.faults.count)
        #expect(summary["calls"]?.integerValue == 0)
    }

    @Test func aPlanIsCheckedAgainstTheRepository() async throws {
        let (repository, plan) = try await Self.site()
        let alone = try await Self.moonshift(["plan", "check", plan], in: repository)
        #expect(alone.exitCode == 0)
        #expect(!alone.standardError.contains("a run would refuse"))

        let checked = try await Self.moonshift(["plan", "check", plan, "--repo", "."], in: repository)
        #expect(checked.exitCode == 0)
        let warnings = checked.standardError.split(separator: "\n").filter { $0.contains("a run would refuse") }
        try #require(warnings.count == Self.faults.count, "\(checked.standardError)")
        for (index, fault) in Self.faults.enumerated() {
            #expect(warnings[index].hasPrefix("\(plan):\(index + 2): warning: a run would refuse the feature "))
            #expect(warnings[index].contains(": \(fault.reason)"), "\(warnings[index])")
        }
        let json = try await Self.moonshift(["plan", "check", plan, "--repo", ".", "--json"], in: repository)
        let value = try Value(json: Array(json.output.utf8))
        #expect(value["ok"] == true)
        #expect(Set(warnings.map { Value.string(String($0)) }).isSubset(of: value["warnings"]?.listValue ?? []))

        let before = try await Self.moonshift(
            ["plan", "check", plan, "--repo", ".", "--base", "HEAD~1"], in: repository)
        #expect(!before.standardError.contains("submodule"), "the base decides")
        let unknown = try await Self.moonshift(["plan", "check", plan, "--base", "HEAD"], in: repository)
        #expect(unknown.exitCode == 64)
        #expect(unknown.standardError.contains("--base needs --repo"))
    }

    @Test func aDryRunNamesWhatWouldBeRefused() async throws {
        let (repository, plan) = try await Self.site()
        let shown = try await Self.moonshift(["run", "--plan", plan, "--dry-run"], in: repository)
        #expect(shown.exitCode == 0, "\(shown.standardError)")
        for fault in Self.faults { #expect(shown.output.contains(" would be refused: \(fault.reason)")) }
    }
}
