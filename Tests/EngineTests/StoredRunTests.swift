import Engine
import Ledger
import Plans
import Testing
import Verification
import Vocabulary

@Suite struct StoredRunTests {
    private static let feature = Feature(
        id: "a.b", name: "b", filePath: "src/b.lua", testPath: "tests/b.lua", functionName: "b", cliCommand: "b",
        apiEndpoint: "/b", priority: 3, dependsOn: ["a.a"], testIDs: ["t"], testCommand: ["make", "b"],
        maxCost: Picodollars(dollars: "0.5"), extra: ["ownField": ["filePath": 1]], line: 7)

    private func started(_ plan: Value) -> RunEvent.RunStarted {
        RunEvent.RunStarted(
            base: "c0", baseName: "HEAD", planPath: "p", planDigest: "d", plan: plan, recipe: "tdd", recipeDigest: "d")
    }

    @Test func aPlanIsStoredByTheNamesOfPlans() throws {
        let plan = try Value(encoding: [Self.feature])
        let fields = try #require(plan.listValue?.first?.mapValue)
        #expect(fields["file_path"] == "src/b.lua")
        #expect(fields["depends_on"] == ["a.a"])
        #expect(fields.keys.allSatisfy { $0 == $0.lowercased() })
        #expect(try started(plan).features() == [Self.feature])
    }

    @Test func aPlanOfAnEarlierVersionIsRead() throws {
        var fields = try #require(try Value(encoding: Self.feature).mapValue)
        for (name, earlier) in [
            "file_path": "filePath", "test_path": "testPath", "function_name": "functionName",
            "cli_command": "cliCommand", "api_endpoint": "apiEndpoint", "depends_on": "dependsOn",
            "test_ids": "testIDs", "test_command": "testCommand", "max_cost": "maxCost",
        ] {
            #expect(fields.keys.contains(name))
            fields[earlier] = fields.removeValue(forKey: name)
        }
        #expect(try started([.map(fields)]).features() == [Self.feature])
    }

    @Test func settingsAreStoredInSnakeCaseAndReadInBothStyles() throws {
        var settings = RunSettings(model: "m")
        settings.maxCostPerFeature = Picodollars(dollars: "2")
        settings.testSlots = 9
        settings.changeRules.maxDeletions = 4
        settings.benchLimits.tailInBytes = 11
        let stored = try settings.stored()
        #expect(stored["max_cost"] == "200")
        #expect(stored["change_rules"]?["max_deletions"] == 4)
        #expect(stored["test_slots"] == 9)
        #expect(stored.mapValue?.keys.allSatisfy { $0 == $0.lowercased() } == true)
        #expect(try RunSettings(stored: stored) == settings)
        #expect(try RunSettings(stored: Value(encoding: settings)) == settings)
    }
}
