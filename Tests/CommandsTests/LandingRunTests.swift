import Foundation
import Ledger
import MoonshiftTestSupport
import SimulatedModel
import Testing
import Vocabulary

/// Landing as the user of the built program sees it: what is red by itself, and what is red or in conflict together.
@Suite(.heavy, .timeLimit(.minutes(5)))
struct LandingRunTests {
    /// A project with a recipe of its own, which its user trusts.
    private func project(
        _ shape: DemoRepository, recipe: String, files: [String: String] = [:], server: (Project) async throws -> Void
    ) async throws {
        let project = try await Project(shape)
        for (path, text) in files { try project.repository.write(text, to: path) }
        try project.repository.write(recipe, to: "recipes/own.lua")
        try await project.repository.commit("A recipe")
        let trust = try await runProcess(
            [try BuiltProduct.path("moonshift"), "trust", "own", "--repo", project.repository.path],
            environment: project.repository.environment)
        try #require(trust.exitCode == 0, "\(trust.standardError)")
        try await server(project)
    }

    @Test func aRedBaseStopsTheRunBeforeAnythingIsSpent() async throws {
        let recipe = """
            return { api = 1, settings = { model = "gpt-4.1", full_suite = { "sh", "suite.sh" } } }

            """
        let marker = try TemporaryDirectory("marker")
        let suite = "test -e \(marker.path)/mended || { echo the database is not there; exit 3; }\n"
        try await project(DemoRepository(features: 4, batches: 2, seed: 2), recipe: recipe, files: ["suite.sh": suite])
        {
            project in
            try await project.withServer(faults: .none) { server in
                let ending = try await project.moonshift("run", ["own", "--sandbox", "none"], server: server)
                #expect(ending.process.exitCode == 75)
                #expect(server.calls.isEmpty)
                #expect(ending.count("features_open") == 4)
                #expect(
                    ending.summary["stop_reason"]?.stringValue
                        == """
                        the base is red, `sh suite.sh` fails on it: the database is not there. Nothing was spent on it. \
                        Mend what the command needs and resume, or start a new run on a commit where it passes
                        """)
                try marker.write("", to: "mended")
                let resumed = try await project.moonshift("resume", ["--sandbox", "none"], server: server)
                #expect(resumed.process.exitCode == 0, "\(resumed.process.standardError)")
                #expect(resumed.count("features_landed") == 4)
            }
        }
    }

    /// Batches whose features stand side by side in one file: each branch is green, together two of them do not merge. The run
    /// says so in the event, and in the text of the pull request that is not ready.
    @Test func batchesThatDoNotMergeAreNamedBeforeTheirPullRequests() async throws {
        let recipe = """
            return {
              api = 1,
              settings = { model = "gpt-4.1" },
              batch = function(ctx)
                local list = {}
                for i, proposed in ipairs(ctx.proposed) do list[i] = { name = "b" .. i, features = proposed.features } end
                return list
              end,
            }

            """
        let places = [0, 1, 2].map { DemoShape.Place(file: "one", batch: $0) }
        let shape = DemoRepository(like: DemoShape(places: places), seed: 5)
        try await project(shape, recipe: recipe) { project in
            try await project.withServer(faults: .none) { server in
                let ending = try await project.moonshift("run", ["own", "--sandbox", "none"], server: server)
                #expect(ending.process.exitCode == 0, "\(ending.process.standardError)")
                #expect(ending.count("features_landed") == 3)
                let tested = try await project.events(of: ending.run).compactMap { event in
                    if case .integrationTested(let body) = event.body { body } else { nil }
                }
                let integration = try #require(tested.first)
                #expect(tested.count == 1)
                #expect(integration.batches == ["b1", "b3"])
                let source = project.files.solutions[0].sourcePath
                let conflict = "it does not merge with the others: \(source)"
                #expect(integration.problems == ["b2": conflict])
                let texts = try (1...3).map { number in
                    let path = "\(project.gitDirectory)/moonshift/runs/\(ending.run)/b\(number).md"
                    return try String(contentsOfFile: path, encoding: .utf8)
                }
                let warning = "**Not ready to merge with the other batches of the run:**"
                #expect(texts.map { $0.contains(warning) } == [false, true, false])
                let ref = try await project.repository.git("rev-parse", "refs/moonshift/\(ending.run)/integration")
                #expect(ref == integration.tip)
            }
        }
    }

    /// Batches that fit are one commit with all that landed, and green together.
    @Test func batchesThatFitAreIntegrated() async throws {
        let project = try await Project(DemoRepository(features: 24, batches: 4, seed: 5))
        try await project.withServer(faults: .usual) { server in
            let ending = try await project.moonshift(
                "run", ["--model", Project.model, "--sandbox", "none"], server: server)
            let landed = try await project.history.landings(on: "refs/moonshift/\(ending.run)/integration")
            #expect(landed.map(\.feature).sorted() == project.solvable(by: server))
            try await project.history.expectGreen(["refs/moonshift/\(ending.run)/integration"])
        }
    }
}
