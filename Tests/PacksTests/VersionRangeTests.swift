import Packs
import Testing

@Suite struct VersionRangeTests {
    @Test(arguments: [
        (">=1.2, <2", ["1.2.0", "1.9.9"], ["1.1.9", "2.0.0", "2.0.0-beta", "1.3.0-beta"]),
        ("^1.4", ["1.4.0", "1.99.0"], ["1.3.9", "2.0.0"]),
        ("^0.3.1", ["0.3.1", "0.3.9"], ["0.3.0", "0.4.0", "1.0.0"]),
        ("^0", ["0.0.0", "0.9.0"], ["1.0.0"]),
        ("~>1.2", ["1.2.0", "1.9.0"], ["1.1.0", "2.0.0"]),
        ("~>1.2.3", ["1.2.3", "1.2.9"], ["1.2.2", "1.3.0"]),
        ("~>1", ["1.0.0", "1.9.0"], ["2.0.0"]),
        ("~1.2.3", ["1.2.3", "1.2.9"], ["1.3.0"]),
        ("1", ["1.0.0", "1.9.9"], ["0.9.9", "2.0.0"]),
        ("1.2", ["1.2.0", "1.2.9"], ["1.3.0"]),
        ("1.2.3", ["1.2.3"], ["1.2.4", "1.2.2"]),
        ("=1.2.3", ["1.2.3"], ["1.2.4"]),
        (">1.2", ["1.3.0"], ["1.2.0", "1.2.9"]),
        (">1.2.0", ["1.2.1"], ["1.2.0"]),
        ("<=1.2", ["1.2.9", "0.0.1"], ["1.3.0"]),
        ("<=1.2.0", ["1.2.0"], ["1.2.1"]),
        ("*", ["0.0.1", "99.0.0"], ["1.0.0-beta"]),
        (">=1.0.0-beta.2", ["1.0.0-beta.2", "1.0.0-rc", "1.0.0", "2.0.0"], ["1.0.0-beta.1", "1.1.0-beta.3"]),
    ])
    func aRangeHoldsWhatItSays(text: String, inside: [String], outside: [String]) throws {
        let range = try #require(VersionRange(text))
        for version in inside { #expect(range.contains(try #require(SemanticVersion(version))), "\(version)") }
        for version in outside { #expect(!range.contains(try #require(SemanticVersion(version))), "\(version)") }
        #expect(range.description == text)
    }

    @Test(arguments: ["", ",", ">=1,", "latest", "1.x", ">=", "1 2", "^^1", "1..2", "1.2.3.4"])
    func otherTextIsNoRange(text: String) {
        #expect(VersionRange(text) == nil)
    }
}
