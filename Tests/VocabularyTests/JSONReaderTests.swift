import Foundation
import Testing
import Vocabulary

@Suite struct JSONReaderTests {
    private static func parse(_ text: String) throws -> Value {
        try JSONReader.parse(text.utf8)
    }

    @Test(
        arguments: [
            ("null", Value.null), (" true ", true), ("false", false), ("0", 0), ("-0", 0), ("-12", -12), ("1.5", 1.5),
            ("1e2", .number(100)), ("1E-2", .number(0.01)), ("1.25e+1", .number(12.5)),
            ("9223372036854775807", .integer(.max)), ("9223372036854775808", .number(9_223_372_036_854_775_808)),
            ("\"\"", ""), (#""a\"\\\/\b\f\n\r\tz""#, "a\"\\/\u{8}\u{C}\n\r\tz"), (#""\u00e4\u20AC""#, "ä€"),
            (#""\ud83d\ude00!""#, "\u{1F600}!"), (#""\ud83d""#, "\u{FFFD}"), (#""\ud83dx""#, "\u{FFFD}x"),
            (#""\ud83d\n""#, "\u{FFFD}\n"), (#""\ud83d\u0041""#, "\u{FFFD}A"), (#""\ude00""#, "\u{FFFD}"),
            ("[]", []), ("[ 1 , [2], {} ]", [1, [2], [:]]), ("{ }", [:]),
            (#"{"a":{"b":[null]},"c":"d"}"#, ["a": ["b": [nil]], "c": "d"]),
            (#"{"a":1,"a":2}"#, ["a": 2]), ("\n\t\r 1", 1),
        ] as [(String, Value)])
    func readsWhatIsJSON(text: String, expected: Value) throws {
        #expect(try Self.parse(text) == expected)
    }

    @Test(arguments: [
        "", " ", "nul", "nulL", "tru", "01", "-", "+1", "1.", ".5", "1e", "1e+", "0x1", "1 2", "[1,]", "[1", "[,1]",
        "{", "{a:1}",
        #"{"a"}"#, #"{"a":}"#, #"{"a":1,}"#, #"{"a":1"#, #""a"#, #""\"#, #""\x""#, #""\u12""#, #""\u12g4""#, "\"a\nb\"",
        "1e999",
        "'a'", "[1]]",
    ])
    func refusesWhatIsNot(text: String) {
        #expect(throws: JSONError.self) { try Self.parse(text) }
    }

    @Test func everyPrefixOfADocumentIsRefused() {
        let text = #"{"a":[1,2.5,"x\u00e4\ud83d\ude00"],"b":{"c":null,"d":true}}"#
        for count in 0..<text.utf8.count {
            #expect(throws: JSONError.self) { try JSONReader.parse(Array(text.utf8.prefix(count))) }
        }
    }

    @Test func nestingIsLimited() throws {
        let nested = { (depth: Int) in String(repeating: "[", count: depth) + String(repeating: "]", count: depth) }
        #expect(throws: Never.self) { try Self.parse(nested(JSONReader.depthLimit)) }
        #expect(throws: JSONError.self) { try Self.parse(nested(JSONReader.depthLimit + 1)) }
        #expect(throws: JSONError.self) { try Self.parse(String(repeating: "[", count: 1_000_000)) }
    }

    @Test func invalidUTF8BecomesReplacementCharacters() throws {
        #expect(try JSONReader.parse([0x22, 0x61, 0xFF, 0x62, 0x22]) == "a\u{FFFD}b")
    }

    @Test func agreesWithFoundationOnWhatItWrites() throws {
        let value: Value = ["text": "a\u{1}\u{7F}\"\\/\u{2028}ä😀", "list": [1, -2.25, nil, true], "map": ["k": [:]]]
        #expect(try Self.parse(value.json) == value)
        #expect(try Self.parse(value.prettyJSON) == value)
        let data = try JSONEncoder().encode(value)
        #expect(try JSONReader.parse(data) == value)
    }
}
