import Foundation
import Ledger
import Testing
import Vocabulary

@Suite struct RunEventTests {
    @Test func theSamplesHaveEveryKind() {
        #expect(RunEvent.samples.map(\.kind) == RunEvent.Kind.allCases)
    }

    @Test(arguments: RunEvent.samples)
    func everyKindComesBackFromItsJSON(event: RunEvent) throws {
        let data = try JSONEncoder().encode(event)
        #expect(try JSONDecoder().decode(RunEvent.self, from: data) == event)
    }

    @Test(arguments: RunEvent.samples)
    func jsonKeysAreInSnakeCase(event: RunEvent) throws {
        let keys = try #require(try Value(encoding: event).mapValue).keys
        #expect(keys.allSatisfy { $0 == $0.lowercased() })
    }

    @Test func jsonIsOneFlatObjectWithMoneyAsDollarText() throws {
        var event = try #require(RunEvent.samples.first { $0.kind == .callSettled })
        event.sequence = 7
        #expect(
            try Value(encoding: event).json == """
                {"amount":"0.000001000001","answer":{"text":"hello"},"attempt":2,"batch":"b1","call":"c7","feature":"f1",\
                "is_unknown":false,"kind":"call_settled","outcome":"answered","run":"r1","sequence":7,"stage":"implement",\
                "time":"2026-11-22T20:13:01.042Z","usage":{"cache_write":20,"cached_input":40,"input":100,\
                "long_cache_write":5,"output":9,"reasoning":4},"version":1}
                """)
    }

    @Test func absentFieldsAreLeftOut() throws {
        let event = RunEvent(run: "r1", time: 0, body: .featureStarted)
        #expect(
            try Value(encoding: event).json
                == #"{"kind":"feature_started","run":"r1","time":"1970-01-01T00:00:00.000Z","version":1}"#)
    }

    @Test(arguments: [
        #"{"kind":"feature_started","run":"r1","time":"1970-01-01T00:00:00.000Z","version":2}"#,
        #"{"kind":"feature_flew","run":"r1","time":"1970-01-01T00:00:00.000Z","version":1}"#,
        #"{"kind":"feature_started","run":"r1","time":"yesterday","version":1}"#,
        #"{"amount":"-1","call":"c","kind":"call_reserved","model":"m","run":"r1","time":"1970-01-01T00:00:00Z","turn":1,"version":1,"worker":"w"}"#,
    ])
    func whatIsNotUnderstoodIsRefused(json: String) {
        #expect(throws: DecodingError.self) {
            try JSONDecoder().decode(RunEvent.self, from: Data(json.utf8))
        }
    }
}
