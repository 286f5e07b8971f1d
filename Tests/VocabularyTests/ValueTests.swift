import Testing
import Vocabulary

@Suite struct ValueTests {
    static let values: [Value] = [
        nil, true, false, 0, -1, .integer(.max), .integer(.min), 1.5, -0.25, 1e300, .number(.leastNonzeroMagnitude), "",
        "text", "\"\\/\u{1}\n\t\r\u{7F}",
        "ä 🌙 \u{2028} e\u{301}", [], [nil, [1, [2]], ["a": nil]], [:], ["b": 1, "a": ["c": [true]], "": "empty key"],
        "null", "1", "true",
    ]

    @Test(arguments: values) func jsonComesBackAsItWent(value: Value) throws {
        #expect(try Value(json: value.json.utf8) == value)
        #expect(try Value(json: value.prettyJSON.utf8) == value)
    }

    @Test(arguments: values) func codableComesBackAsItWent(value: Value) throws {
        let wrapped: Value = ["value": value]
        #expect(try Value(encoding: wrapped) == wrapped)
        #expect(try wrapped.decoded(as: [String: Value].self) == ["value": value])
    }

    @Test func keysAreSorted() {
        let value: Value = ["b": 1, "a": [1, "x"], "B": nil]
        #expect(value.json == #"{"B":null,"a":[1,"x"],"b":1}"#)
    }

    @Test func jsonForPeopleIsIndented() {
        let value: Value = ["a": [1, ["b": [:]]], "c": []]
        #expect(
            value.prettyJSON == """
                {
                  "a": [
                    1,
                    {
                      "b": {}
                    }
                  ],
                  "c": []
                }
                """)
    }

    @Test func whatJSONCannotSayBecomesNull() {
        #expect(Value.list([.number(.infinity), .number(-.infinity), .number(.nan)]).json == "[null,null,null]")
    }

    @Test(arguments: ["", "{", "[,]", "nul", "{\"a\" 1}", "'a'", "1 2"])
    func whatIsNoJSONIsRefused(text: String) {
        #expect(throws: JSONError.self) { try Value(json: text.utf8) }
    }

    @Test func numbersConvertOnlyWhenNothingIsLost() {
        #expect(Value.number(3).integerValue == 3)
        #expect(Value.number(3.5).integerValue == nil)
        #expect(Value.number(1e300).integerValue == nil)
        #expect(Value.integer(3).numberValue == 3)
        #expect(Value.string("3").integerValue == nil)
    }

    @Test func anEmptyTableIsBothListAndMap() {
        #expect(Value.map([:]).listValue == [])
        #expect(Value.list([]).mapValue == [:])
        #expect(Value.list([1]).mapValue == nil)
        #expect(Value.map(["a": 1]).listValue == nil)
    }

    @Test func anExplicitNullIsAMissingField() {
        let value: Value = ["a": nil, "b": 1]
        #expect(value["a"] == nil)
        #expect(value["b"] == 1)
        #expect(Value.integer(1)["b"] == nil)
    }

    @Test func typedValuesGoThroughAValue() throws {
        struct Sample: Codable, Equatable { var id: FeatureID; var cost: [Int] }
        let sample = Sample(id: "a.b", cost: [1, 2])
        let value = try Value(encoding: sample)
        #expect(value == ["id": "a.b", "cost": [1, 2]])
        #expect(try value.decoded(as: Sample.self) == sample)
    }

    @Test func whatJSONCannotHoldSurvivesAsText() throws {
        struct Sample: Codable, Equatable { var large: UInt64; var small: Int8; var wait: Duration; var rate: Double }
        let sample = Sample(large: .max, small: -1, wait: .milliseconds(9_704), rate: -.infinity)
        let value = try Value(encoding: sample)
        #expect(value["large"] == "18446744073709551615")
        #expect(try Value(json: value.json.utf8).decoded(as: Sample.self) == sample)
    }

    @Test func nestedContainersAreFilledAfterTheyAreHandedOut() throws {
        #expect(try Value(encoding: Nested()) == ["list": [1, ["deep": true], ["x"]], "map": ["a": nil], "super": 7])
    }

    @Test(
        arguments: [
            (["id": 1, "cost": []], "id"), (["cost": []], "id"), (["id": "a", "cost": [1, "two"]], "cost[1]"),
            (["id": "a", "cost": 3], "cost"), (["id": "a", "cost": [1.5]], "cost[0]"),
        ] as [(Value, String)])
    func aMismatchNamesItsPlace(value: Value, place: String) {
        struct Sample: Decodable { var id: String; var cost: [Int] }
        let error = #expect(throws: DecodingError.self) { try value.decoded(as: Sample.self) }
        #expect(String(describing: error).contains(place))
    }
}

private struct Nested: Encodable {
    enum Key: String, CodingKey { case list, map }

    func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: Key.self)
        var list = container.nestedUnkeyedContainer(forKey: .list)
        var map = container.nestedContainer(keyedBy: PositionedKey.self, forKey: .map)
        try list.encode(1)
        var deep = list.nestedContainer(keyedBy: PositionedKey.self)
        var inner = list.nestedUnkeyedContainer()
        try inner.encode("x")
        try deep.encode(true, forKey: PositionedKey(stringValue: "deep"))
        try map.encodeNil(forKey: PositionedKey(stringValue: "a"))
        try 7.encode(to: container.superEncoder())
    }
}

private struct PositionedKey: CodingKey {
    let stringValue: String
    var intValue: Int? { nil }
    init(stringValue: String) { self.stringValue = stringValue }
    init?(intValue: Int) { nil }
}
