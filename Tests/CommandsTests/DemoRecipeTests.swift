import Foundation
import MoonshiftTestSupport
import Testing

/// A demo of somebody's own recipe, which lies where they are and not in the repository that the demo makes.
@Suite(.heavy, .timeLimit(.minutes(5)))
struct DemoRecipeTests {
    private static let recipe = """
        return {
          api = 1,
          settings = { model = "gpt-6.1-terra" },
          commit = function(ctx) return { subject = "Mine: " .. ctx.feature.name } end,
        }

        """

    @Test func aRecipeOfAnyFolderRunsOnceItIsTrusted() async throws {
        let folder = try TemporaryDirectory("own-recipe")
        let home = try TemporaryDirectory("home")
        try FileManager.default.createDirectory(
            atPath: "\(folder.path)/recipes", withIntermediateDirectories: true)
        try Self.recipe.write(toFile: "\(folder.path)/recipes/mine.lua", atomically: true, encoding: .utf8)
        var environment = ProcessProbe.inheritedEnvironment
        environment["XDG_CONFIG_HOME"] = home.path
        func moonshift(_ arguments: String...) async throws -> ProcessOutput {
            try await runProcess(
                [try BuiltProduct.path("moonshift")] + arguments, environment: environment, directory: folder.path)
        }
        let demo = [
            "demo", "mine", "--features", "3", "--batches", "1", "--faults", "none", "--sandbox", "none", "--keep",
        ]
        let refused = try await moonshift("demo", "mine", "--features", "3", "--batches", "1")
        #expect(refused.exitCode == 65)
        #expect(refused.standardError.contains("moonshift trust recipes/mine.lua"), "\(refused.standardError)")

        let trusted = try await moonshift("trust", "recipes/mine.lua")
        #expect(trusted.output.hasPrefix("trusted "), "\(trusted.standardError)")

        let kept = "\(home.path)/kept"
        let process = try ProcessProbe(
            [try BuiltProduct.path("moonshift")] + demo + [kept], environment: environment, directory: folder.path)
        let run = await process.finished()
        #expect(run.exitCode == 0, "\(run.standardError)")
        let log = try await runProcess(
            ["git", "-C", kept, "log", "--format=%s", "--branches=moonshift/*"], environment: environment)
        #expect(log.output.components(separatedBy: "\n").filter { $0.hasPrefix("Mine: ") }.count == 3, "\(log.output)")
    }
}
