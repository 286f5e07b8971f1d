import Testing

@testable import ModelAPI

@Suite struct ServerSentEventParserTests {
    private static func events(_ pieces: [[UInt8]]) -> [ServerSentEvent] {
        var parser = ServerSentEventParser()
        var events: [ServerSentEvent] = []
        for piece in pieces {
            piece.withUnsafeBufferPointer { bytes in parser.consume(bytes) { events.append($0) } }
        }
        if let last = parser.finish() { events.append(last) }
        return events
    }

    private static func data(_ text: String) -> [String] {
        events([Array(text.utf8)]).map { String(decoding: $0.data, as: UTF8.self) }
    }

    private static let sample = """
        : a comment\r
        event: greeting\r
        data: Hällo\r
        data:  two\r
        id: 7\r
        retry: 10\r
        \r
        data\n\nevent: lonely\n\ndata: {"a":1}\r\rdata:\u{1F600}\n\n\r\n\n: ping\n\ndata: [DONE]\n\n
        """

    @Test func readsEveryFormOfLineAndField() {
        let events = Self.events([Array(Self.sample.utf8)])
        #expect(
            events.map { String(decoding: $0.data, as: UTF8.self) } == [
                "Hällo\n two", "", "{\"a\":1}", "\u{1F600}", "[DONE]",
            ])
        #expect(events.map { String(decoding: $0.name, as: UTF8.self) } == ["greeting", "", "", "", ""])
    }

    @Test func everySplitInTwoGivesTheSameEvents() {
        let bytes = Array(Self.sample.utf8)
        let whole = Self.events([bytes])
        for cut in 0...bytes.count {
            #expect(Self.events([Array(bytes[..<cut]), Array(bytes[cut...])]) == whole)
        }
    }

    @Test func everySplitInThreeGivesTheSameEvents() {
        let bytes = Array(Self.sample.utf8.prefix(48))
        let whole = Self.events([bytes])
        for first in 0...bytes.count {
            for second in first...bytes.count {
                let pieces = [Array(bytes[..<first]), Array(bytes[first..<second]), Array(bytes[second...])]
                #expect(Self.events(pieces) == whole)
            }
        }
    }

    @Test func singleBytesGiveTheSameEvents() {
        let bytes = Array(Self.sample.utf8)
        #expect(Self.events(bytes.map { [$0] }) == Self.events([bytes]))
    }

    @Test(arguments: [
        ("\u{FEFF}data: a\n\n", ["a"]),
        ("data: a", ["a"]),
        ("data: a\n", ["a"]),
        ("data:a\ndata:b\n\n", ["a\nb"]),
        ("data: a\n\ndata: b\n\n", ["a", "b"]),
        ("dat: a\n\n", []),
        ("data : a\n\n", []),
        ("database: a\n\n", []),
        ("", []),
        ("\n\n\n", []),
        ("event: x\n\n", []),
    ])
    func edgesOfTheFormat(text: String, expected: [String]) {
        #expect(Self.data(text) == expected)
    }

    @Test func anEventNameDoesNotReachTheNextEvent() {
        let events = Self.events([Array("event: error\ndata: a\n\ndata: b\n\n".utf8)])
        #expect(events.map { $0.name.isEmpty } == [false, true])
    }
}
