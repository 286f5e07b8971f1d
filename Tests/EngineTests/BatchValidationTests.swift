import Engine
import Plans
import PolicyContract
import Testing
import Vocabulary

@Suite struct BatchValidationTests {
    private let features = [
        Feature(id: "a", name: "a", filePath: "x.py"), Feature(id: "b", name: "b", filePath: "x.py", dependsOn: ["a"]),
        Feature(id: "c", name: "c", filePath: "y.py"),
    ]

    @Test func eachFeatureOnceInOrderIsFine() {
        let batches = [BatchPlan(name: "1", features: ["a", "c"]), BatchPlan(name: "2", features: ["b"], after: ["1"])]
        #expect(BatchValidation.problems(in: batches, features: features).isEmpty)
    }

    @Test(arguments: [
        ([BatchPlan(name: "1", features: ["a", "b"])], "1 features are in no batch: c"),
        ([BatchPlan(name: "1", features: ["a", "b", "c", "a"])], "feature 'a' is in more than one batch"),
        ([BatchPlan(name: "1", features: ["a", "b", "c", "z"])], "batch '1' names the unknown feature 'z'"),
        (
            [BatchPlan(name: "1", features: ["a", "b"]), BatchPlan(name: "1", features: ["c"])],
            "two batches are named '1'"
        ),
        ([BatchPlan(name: "1", features: ["a", "b", "c"], after: ["0"])], "batch '1' comes after the unknown batch '0'"),
        ([BatchPlan(name: "1", features: ["a", "b", "c"], after: ["1"])], "batch '1' comes after itself"),
        (
            [BatchPlan(name: "1", features: ["a", "c"]), BatchPlan(name: "2", features: ["b"])],
            "feature 'b' depends on 'a' of batch '1', but batch '2' does not come after it"
        ),
        ([BatchPlan(name: "1", features: ["a", "b", "c"]), BatchPlan(name: "2", features: [])], "batch '2' has no feature"),
    ])
    func everyFaultIsNamed(batches: [BatchPlan], problem: String) {
        #expect(BatchValidation.problems(in: batches, features: features).contains(problem))
    }

    @Test func overlapsAreKnownWithTheirBatches() {
        let batches = [BatchPlan(name: "1", features: ["a", "c"]), BatchPlan(name: "2", features: ["b"], after: ["1"])]
        let overlaps = BatchValidation.overlaps(in: batches, features: features)
        #expect(overlaps == [BatchValidation.Overlap(path: "x.py", features: ["a", "b"], batches: ["1", "2"])])
    }
}
