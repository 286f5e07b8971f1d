import Documents
import Testing

@Suite struct SpellingTests {
    private let known = ["file_path", "test_path", "name", "id", "model"]

    @Test(arguments: [
        ("file_pth", "file_path"), ("FilePath", "file_path"), ("flie_path", "file_path"), ("test-path", "test_path"),
        ("nmae", "name"), ("ID", "id"), ("modle", "model"),
    ])
    func theNearestWordIsMeant(word: String, meaning: String) {
        #expect(Spelling.closest(to: word, among: known) == meaning)
    }

    @Test(arguments: ["owner", "it", "", "x", "path", "notes", String(repeating: "name", count: 1000)])
    func farWordsMeanThemselves(word: String) {
        #expect(Spelling.closest(to: word, among: known) == nil)
    }
}
