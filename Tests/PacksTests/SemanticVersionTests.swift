import Packs
import Testing

@Suite struct SemanticVersionTests {
    /// The example of the specification, section 11.
    static let ascending = [
        "0.0.1", "0.9.9", "1.0.0-alpha", "1.0.0-alpha.1", "1.0.0-alpha.beta", "1.0.0-beta", "1.0.0-beta.2",
        "1.0.0-beta.11",
        "1.0.0-rc.1", "1.0.0", "1.0.1", "1.2.0", "1.10.0", "2.0.0",
    ]

    @Test func theOrderIsThatOfTheSpecification() throws {
        let versions = try Self.ascending.map { try #require(SemanticVersion($0)) }
        for (index, version) in versions.enumerated() {
            for (other, later) in versions.enumerated() { #expect((version < later) == (index < other)) }
            #expect(version.description == Self.ascending[index])
        }
    }

    @Test func theBuildHasNoPartInTheOrder() {
        #expect(SemanticVersion("1.0.0+a") == SemanticVersion("1.0.0+b"))
        #expect(SemanticVersion("1.0.0-x+a.1")?.description == "1.0.0-x+a.1")
    }

    @Test(arguments: [
        "", "1", "1.2", "1.2.3.4", "01.2.3", "1.2.x", "v1.2.3", "1.2.3-", "1.2.3+", "1.2.3-a..b", "1.2.3-01", "1.2.3 ",
        "-1.2.3",
        "1.2.99999999999999999999", "1.2.3-ä",
    ])
    func otherTextIsNoVersion(text: String) {
        #expect(SemanticVersion(text) == nil)
    }
}
