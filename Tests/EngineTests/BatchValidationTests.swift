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
        let batches = [Self.batch("1", "a", "c"), Self.batch("2", "b", after: ["1"])]
        #expect(BatchValidation.problems(in: batches, features: features).isEmpty)
    }

    private static func batch(_ name: BatchID, _ features: FeatureID..., after: [BatchID] = []) -> BatchPlan {
        BatchPlan(name: name, features: features, after: after)
    }

    private static let faults: [([BatchPlan], String)] = [
        ([batch("1", "a", "b")], "1 feature is in no batch: c"),
        ([batch("1", "a", "b", "c", "a")], "feature 'a' is in more than one batch"),
        ([batch("1", "a", "b", "c", "z")], "batch '1' names the unknown feature 'z'"),
        ([batch("1", "a", "b"), batch("1", "c")], "two batches are named '1'"),
        ([batch("1", "a", "b", "c", after: ["0"])], "batch '1' comes after the unknown batch '0'"),
        ([batch("1", "a", "b", "c", after: ["1"])], "batch '1' comes after itself"),
        ([batch("1", "a", "b", "c"), batch("2")], "batch '2' has no feature"),
        ([batch("a..b", "a", "b", "c")], "batch 'a..b' cannot be the name of a branch"),
        ([batch("", "a", "b", "c")], "batch '' cannot be the name of a branch"),
        (
            [batch("core", "a", "b"), batch("core/late", "c")],
            "batch 'core' cannot be a branch beside one of the form 'core/…'"
        ),
        (
            [batch("1", "a", "c"), batch("2", "b")],
            "feature 'b' depends on 'a' of batch '1', but batch '2' does not come after it"
        ),
    ]

    @Test(arguments: faults)
    func everyFaultIsNamed(batches: [BatchPlan], problem: String) {
        #expect(BatchValidation.problems(in: batches, features: features).contains(problem))
    }

    @Test func overlapsAreKnownWithTheirBatches() {
        let batches = [Self.batch("1", "a", "c"), Self.batch("2", "b", after: ["1"])]
        let overlaps = BatchValidation.overlaps(in: batches, features: features)
        #expect(overlaps == [BatchValidation.Overlap(path: "x.py", features: ["a", "b"], batches: ["1", "2"])])
    }
}
