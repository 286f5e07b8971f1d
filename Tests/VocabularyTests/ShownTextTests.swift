import Testing
import Vocabulary

@Suite struct ShownTextTests {
    @Test(arguments: [
        ("src/a.py", "src/a.py"), ("ünï 名前 👩‍🚀", "ünï 名前 👩‍🚀"), ("a\u{202E}b\n", "a\\u{202E}b\\u{A}"),
        ("\u{FEFF}x\u{2028}", "\\u{FEFF}x\\u{2028}"), ("", ""),
        (String(repeating: "é", count: 80), String(repeating: "é", count: 80)),
        (
            String(repeating: "a", count: 60) + String(repeating: "b", count: 60),
            String(repeating: "a", count: 40) + "…" + String(repeating: "b", count: 39)
        ),
    ])
    func nothingIsUnseenOrTooLong(text: String, shown: String) {
        #expect(text.shown() == shown)
        #expect(text.shown().count <= 80)
    }

    @Test func oneHasNoPlural() {
        #expect([0, 1, 2].map { $0.counted("feature") } == ["0 features", "1 feature", "2 features"])
        #expect([1, 3].map { $0.counted("batch", "batches") } == ["1 batch", "3 batches"])
    }
}
