import Plans
import Testing
import Vocabulary

@Suite struct PlanWarningTests {
    private func warnings(_ text: String) throws -> [String] {
        try read(text).warnings.map(\.description)
    }

    @Test func aWrongSummaryIsOneWarning() throws {
        let found = try warnings(
            """
            summary: {total_features: 0, target_hookup_count: 1, batches: 2}
            batches:
            - features: [{name: a, file_path: a.py}]
            """)
        #expect(
            found == [
                """
                plan.yaml:1:10: warning: the summary is wrong and not used: \
                `total_features` says 0, but the plan has 1; `batches` says 2, but the plan has 1
                """
            ])
    }

    @Test func aFileOfManyBatchesIsOneWarning() throws {
        let found = try warnings(
            """
            batches:
            - features: [{name: a, file_path: x.py}, {name: a, file_path: x.py}]
            - features: [{name: b, file_path: x.py}, {name: c, file_path: y.py}]
            - features: [{name: d, file_path: x.py}]
            """)
        #expect(
            found == [
                """
                plan.yaml:2:35: warning: x.py: 4 features in batches 1, 2, 3 change it; \
                names repeat, an `id` would tell them apart: a (2)
                """
            ])
    }

    @Test func aTestFileOfManySourcesIsOneWarning() throws {
        let found = try warnings(
            """
            features:
            - {name: a, file_path: x.py, test_path: t.py}
            - {name: b, file_path: y.py, test_path: t.py}
            - {name: c, file_path: z.py, test_path: t.py, test_ids: [t::c]}
            """)
        #expect(
            found == [
                "plan.yaml:2:41: warning: t.py: tests features of 2 files (x.py, y.py); `test_ids` would tell them apart"
            ])
    }

    @Test(arguments: [
        ("test_pth: t.py", "test_path"), ("testPath: t.py", "test_path"), ("Model: m", "model"),
        ("dependson: [a]", "depends_on"), ("label: x", "labels"), ("priority-score: 3", "priority_score"),
    ])
    func aMisspeltFieldIsGuessed(field: String, meaning: String) throws {
        let key = field.prefix { $0 != ":" }
        let plan = try read("features:\n- name: a\n  file_path: a.py\n  \(field)")
        #expect(
            plan.warnings.map(\.description) == [
                "plan.yaml:4:3: warning: unknown field `\(key)`: did you mean `\(meaning)`?"
            ])
        #expect(plan.features[0].extra.keys.contains(String(key)))
    }

    @Test(arguments: ["owner: x", "names: [x]", "estimate: 3", "tags: [a]", "idea: x"])
    func fieldsOfTheirOwnAreNotGuessedAt(field: String) throws {
        #expect(try warnings("features:\n- name: a\n  file_path: a.py\n  \(field)").isEmpty)
    }

    @Test func aMisspeltFieldOfPlanOrBatchIsGuessed() throws {
        let found = try warnings(
            """
            sumary: {}
            batches:
            - batchid: 3
              deadline: soon
              features: [{name: a, file_path: a.py}]
            """)
        #expect(
            found == [
                "plan.yaml:1:1: warning: unknown field `sumary`: did you mean `summary`?",
                "plan.yaml:3:3: warning: a batch has no field `batchid`: did you mean `batch_id`?",
                "plan.yaml:4:3: warning: a batch has no field `deadline`: it is ignored",
            ])
    }

    @Test func warningsComeWithTheErrors() throws {
        let found = try faults("features:\n- {nam: a, file_path: a.py}")
        #expect(
            found == [
                "plan.yaml:2:3: error: a feature needs `name`",
                "plan.yaml:2:4: warning: unknown field `nam`: did you mean `name`?",
            ])
    }
}
