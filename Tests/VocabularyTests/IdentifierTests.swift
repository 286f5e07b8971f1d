import Testing
import Vocabulary

@Suite struct IdentifierTests {
    @Test func itIsAPlainStringInJSON() throws {
        let identities: [FeatureID] = ["b", "a"]
        #expect(try Value(encoding: identities) == ["b", "a"])
        #expect(try Value(["x"]).decoded(as: [RunID].self) == ["x"])
    }

    @Test func itSortsAndPrintsAsItsString() {
        #expect((["b", "a"] as [BatchID]).sorted() == ["a", "b"])
        #expect("\(FeatureID(rawValue: "a.b"))" == "a.b")
    }
}
