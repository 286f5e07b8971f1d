import MoonshiftTestSupport
import Testing

@Suite struct BuiltProductTests {
    @Test func whatIsNotBuiltIsSaid() {
        let error = #expect(throws: BuiltProduct.NotBuilt.self) { try BuiltProduct.path("no-such-program") }
        #expect(error?.description.contains("/no-such-program: run `swift build` first") == true)
    }
}
