import Plans
import Testing
import Vocabulary

@Suite struct FeatureIdentityTests {
    private func identities(_ features: [(name: String, file: String)]) throws -> [FeatureID] {
        let lines = features.map { "- {name: \"\($0.name)\", file_path: \"\($0.file)\"}" }
        return try read("features:\n" + lines.joined(separator: "\n")).features.map(\.id)
    }

    @Test(arguments: [
        ("save_config", "ai/deploy_agents.py", "deploy_agents.save_config"),
        ("AgentConfig", "a.py", "a.agentconfig"),
        ("Add user  (admin)", "src/api/users.route.ts", "users-route.add-user-admin"),
        ("x", "Makefile", "makefile.x"),
        ("x", ".env", "env.x"),
        ("lock", "src/cache.py", "cache.lock_"),
    ])
    func itIsMadeOfFileAndName(name: String, file: String, identity: String) throws {
        #expect(try identities([(name, file)]) == [FeatureID(rawValue: identity)])
    }

    @Test func namesInOtherScriptsStayApart() throws {
        let found = try identities([("保存", "a.py"), ("読む", "a.py"), ("größe", "a.py"), ("grüße", "a.py")])
        #expect(Set(found).count == 4)
        #expect(found.allSatisfy { $0.rawValue.utf8.allSatisfy { $0 < 0x80 } })
    }

    @Test func equalFeaturesGetAnOrdinalInTheOrderOfThePlan() throws {
        let found = try identities([("get", "a/t.py"), ("get", "b/t.py"), ("get", "a/t.py")])
        #expect(found == ["t.get", "t.get-2", "t.get-3"])
    }

    @Test func anOrdinalNeverTakesTheIdentityOfAnother() throws {
        let found = try identities([("get", "t.py"), ("get", "t.py"), ("get-2", "t.py")])
        #expect(found == ["t.get", "t.get-3", "t.get-2"])
    }

    @Test func addingFeaturesLeavesTheOthersAlone() throws {
        let before = [("a", "x.py"), ("b", "x.py"), ("b", "x.py"), ("c", "y.py")]
        let after = [("new", "x.py")] + before + [("b", "x.py"), ("a", "z.py")]
        let old = try identities(before)
        let new = try identities(after)
        #expect(Array(new[1...4]) == old)
    }

    @Test func anExplicitIdentityIsKeptAndWins() throws {
        let plan = try read(
            """
            features:
            - {name: get, file_path: t.py}
            - {name: get, file_path: t.py, id: t.get}
            - {name: other, file_path: t.py, id: 12}
            """)
        #expect(plan.features.map(\.id) == ["t.get-2", "t.get", "12"])
    }

    @Test func explicitIdentitiesMustDiffer() throws {
        let found = try faults(
            "features:\n- {name: a, file_path: a, id: X}\n- {name: b, file_path: b, id: X}")
        #expect(found == ["plan.yaml:3:31: error: `id` \"X\" is that of the feature in line 2 too"])
    }

    @Test(arguments: [
        "a b", "../x", ".x", "-x", "a..b", "x.lock", "x.", "a/b", "é", "a\\nb", String(repeating: "x", count: 121),
    ])
    func identitiesThatMakeNoRefNameAreRefused(identity: String) throws {
        #expect(try faults("features: [{name: a, file_path: a, id: \"\(identity)\"}]").count == 1)
    }
}
