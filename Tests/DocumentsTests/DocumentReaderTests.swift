import Documents
import Testing
import Vocabulary

@Suite struct DocumentReaderTests {
    private func read(_ text: String, limits: DocumentLimits = DocumentLimits()) throws -> DocumentNode {
        try DocumentReader.read(bytes: Array(text.utf8), file: "f", limits: limits)
    }

    private func fault(_ text: String, limits: DocumentLimits = DocumentLimits()) -> String? {
        #expect(throws: DocumentError.self) { try read(text, limits: limits) }?.description
    }

    @Test(arguments: [
        ("1", Value.integer(1)), ("-7", -7), ("+3", 3), ("0x1F", 31), ("0o17", 15), ("010", 10), ("1.5", 1.5),
        ("1e3", 1000.0), ("-.5", -0.5), (".inf", .number(.infinity)), ("true", true), ("False", false), ("~", nil),
        ("null", nil), ("yes", "yes"), ("off", "off"), ("1:30", "1:30"), ("1_000", "1_000"),
        ("2025-09-05", "2025-09-05"),
        ("'1'", "1"), ("\"true\"", "true"), ("!!str 5", "5"), ("-", "-"), ("e5", "e5"), ("1.2.3", "1.2.3"),
        ("infinity", "infinity"), ("9223372036854775808", .number(9_223_372_036_854_775_808)),
    ])
    func scalarsFollowTheCoreSchema(text: String, value: Value) throws {
        #expect(try read("[\(text)]").value == .list([value]))
    }

    @Test func placesAreThoseOfTheFile() throws {
        guard case .map(let entries) = try read("\u{FEFF}ä: 1\nb:\n  - x\n").content else {
            Issue.record("no mapping")
            return
        }
        #expect(entries.map(\.place) == [DocumentPlace(line: 1, column: 1), DocumentPlace(line: 2, column: 1)])
        #expect(entries.map(\.node.place) == [DocumentPlace(line: 1, column: 4), DocumentPlace(line: 3, column: 3)])
    }

    @Test func anAliasBombIsRefused() throws {
        var bomb = "a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n"
        for level in 1..<10 {
            bomb += "a\(level): &a\(level) [\(Array(repeating: "*a\(level - 1)", count: 10).joined(separator: ", "))]\n"
        }
        #expect(fault(bomb)?.hasSuffix("error: the document unfolds to more than 1000000 values") == true)
    }

    @Test(
        .timeLimit(.minutes(1)), arguments: ["? *a29\n: 1", "*a29 : 1", "[*a29]: 1", "{k: *a29}: 1", "- {? *a29 : 1}"])
    func anAliasBombInAKeyIsRefused(key: String) throws {
        var bomb = "- &a0 [x, x]\n"
        for level in 1..<30 { bomb += "- &a\(level) [*a\(level - 1), *a\(level - 1), *a\(level - 1)]\n" }
        let last = key.hasPrefix("-") ? key : "- " + key.replacing("\n", with: "\n  ")
        #expect(fault(bomb + last)?.contains("many aliases and a key made of them") == true)
    }

    @Test func aPersonsAliasesAreFine() throws {
        let uses = (0..<200).map { "- {<<: *d, n: \($0)}" }.joined(separator: "\n")
        #expect(try read("d: &d {x: 1, y: &e 2}\nall:\n\(uses)").value["all"]?.listValue?.count == 200)
    }

    @Test(arguments: [
        String(repeating: "[", count: 900) + String(repeating: "]", count: 900),
        String(repeating: "[", count: 100_000), String(repeating: "- ", count: 100_000) + "x",
        String(repeating: "{a: ", count: 100_000),
        (0..<400).map { String(repeating: " ", count: $0) + "a:\n" }.joined(),
    ])
    func deepNestingIsRefused(text: String) throws {
        #expect(fault(text)?.contains("nested") == true)
    }

    @Test func sizeAndCountAreBounded() throws {
        #expect(
            fault("abcdef", limits: DocumentLimits(sizeInBytes: 5))
                == "f: error: the file is larger than the 5 bytes that are read")
        #expect(
            fault("[a, b, c]", limits: DocumentLimits(nodes: 3))
                == "f:1:8: error: the document unfolds to more than 3 values")
    }

    @Test(arguments: [
        "a\u{0}b", "\u{7}", "{\"a\": \"\u{1}\"}", "\t- x", "%YAML 9.9\n---\nx", "&", "*", "!", "? ", "[}",
        "\"\\ud83c\"",
    ])
    func oddTextsAreRefusedOrReadButNeverTrap(text: String) {
        _ = try? read(text)
    }

    @Test func keysMustBePlain() {
        #expect(fault("? [a]\n: 1") == "f:1:3: error: a key must be plain text, not a list or mapping")
        #expect(fault("<<: 3") == "f:1:5: error: `<<` merges a mapping or a list of mappings, not the integer 3")
    }

    @Test func mergesLoseToOwnKeysAndToEarlierMerges() throws {
        let text = "a: &a {x: 1, y: 1}\nb: &b {y: 2, z: 2}\nc: {<<: [*a, *b], x: 3}"
        #expect(try read(text).value["c"] == ["x": 3, "y": 1, "z": 2])
    }
}
