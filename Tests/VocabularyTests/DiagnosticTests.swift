import Testing
import Vocabulary

@Suite struct DiagnosticTests {
    @Test(arguments: [
        (Diagnostic(file: "a.yaml", line: 3, column: 5, message: "no"), "a.yaml:3:5: error: no"),
        (Diagnostic(file: "a.yaml", line: 3, severity: .warning, message: "hm"), "a.yaml:3: warning: hm"),
        (Diagnostic(file: "a.yaml", message: "no"), "a.yaml: error: no"),
        (Diagnostic(file: "a.yaml", column: 5, message: "no"), "a.yaml: error: no"),
    ])
    func itReadsLikeACompilersMessage(diagnostic: Diagnostic, text: String) {
        #expect(diagnostic.description == text)
    }

    @Test func itSurvivesTheWayThroughJSON() throws {
        let diagnostic = Diagnostic(file: "f", line: 1, column: 2, severity: .warning, message: "m")
        let value = try Value(encoding: diagnostic)
        #expect(value == ["file": "f", "line": 1, "column": 2, "severity": "warning", "message": "m"])
        #expect(try value.decoded(as: Diagnostic.self) == diagnostic)
    }
}
