import MoonshiftTestSupport
import Testing
import Vocabulary

/// Checks that several features are red share a command, and none of them is told anything that it would not be told alone.
@Suite(.heavy, .timeLimit(.minutes(5)))
struct GatheredCheckTests {
    @Test func checksThatWaitForASlotShareACommand() async throws {
        let folder = try TemporaryDirectory("demo")
        let ending = Ending(
            try await runProcess(
                [
                    try BuiltProduct.path("moonshift"), "demo", "--features", "30", "--batches", "1", "--faults",
                    "none",
                    "--test-slots", "1", "--sandbox", "none", "--json",
                ],
                environment: ProcessProbe.inheritedEnvironment.merging(["HOME": folder.path]) { $1 },
                directory: folder.path))
        #expect(ending.process.exitCode == 0, "\(ending.process.standardError)")
        #expect(ending.count("features_landed") == 30)
        let runs = ending.process.output.split(separator: "\n").filter { $0.contains(#""kind":"tests_run""#) }
        let verified = runs.count { $0.contains(#""purpose":"verify""#) }
        let parts = try #require(ending.summary["metrics"]?["parts"])
        let commands = try #require(parts["tests"]?["calls"]?.integerValue)
        // A verification is the worker's last run again; each landing and each worker's run is a command of its own.
        #expect(commands <= runs.count - verified - 5)
        #expect(try #require(parts["http"]?["calls"]?.integerValue) >= #require(ending.count("calls")))
        #expect(parts["cage"] == nil)
    }

    @Test func aNeighbourThatKillsTheCommandMakesNobodyElseRed() async throws {
        var files: [String: String] = [:]
        var plan = "features:\n"
        for name in ["g1", "k", "g2", "r1", "g3", "r2"] {
            plan += "  - {name: \(name), file_path: src/\(name).lua, test_path: tests/\(name)_test.lua}\n"
            files["src/\(name).lua"] = "return {}\n"
            let body =
                switch name.first {
                case "g": ""
                case "k": #"io.popen("kill -9 $PPID"):read("a")"#
                default: #"error("red")"#
                }
            files["tests/\(name)_test.lua"] = "return { test_\(name) = function() \(body) end }\n"
        }
        files["plan.yaml"] = plan
        let site = try await BadInputSite(files: files)
        try await site.trust(recipe: "return { api = 1, retry = function() return { action = 'give_up' } end }")
        let run = [
            "run", "mine", "--model", BadInputSite.model, "--plan", "plan.yaml", "--test-slots", "1", "--sandbox",
            "none",
            "--max-parallel-features", "12", "--json",
        ]
        let ending = Ending(await (try site.start(run, port: 1)).finished())
        #expect(ending.count("features_already_done") == 3, "\(ending.process.output)")
        #expect(ending.summary["failed_features"]?.mapValue?.count == 3)
    }
}
