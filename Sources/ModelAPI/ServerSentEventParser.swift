/// One event of a `text/event-stream`.
struct ServerSentEvent: Equatable {
    /// The `event:` field; empty when it was not sent.
    var name: [UInt8] = []
    /// The `data:` lines, joined by line feeds.
    var data: [UInt8] = []
}

/// Splits a stream of bytes into server-sent events, whatever the pieces in which it arrives.
///
/// Lines end with LF, CRLF or CR; comments, `id` and `retry` are skipped, and so are events without data.
///
/// - SeeAlso: WHATWG HTML, section 9.2.6, "Interpreting an event stream".
struct ServerSentEventParser {
    private var line: [UInt8] = []
    private var event = ServerSentEvent()
    private var hasData = false
    /// A CR ended the last line; an LF that follows belongs to it.
    private var isAfterCarriageReturn = false
    private var isAtStart = true

    /// Takes the next bytes and calls `body` with each event that they complete.
    mutating func consume<Failure: Error>(
        _ bytes: UnsafeBufferPointer<UInt8>, _ body: (ServerSentEvent) throws(Failure) -> Void
    ) throws(Failure) {
        var start = 0
        for index in 0..<bytes.count {
            let byte = bytes[index]
            let isSecondHalf = byte == 0x0A && isAfterCarriageReturn
            isAfterCarriageReturn = byte == 0x0D
            if isSecondHalf {
                start = index + 1
            } else if byte == 0x0A || byte == 0x0D {
                line.append(contentsOf: bytes[start..<index])
                start = index + 1
                try endLine(body)
            }
        }
        line.append(contentsOf: bytes[start...])
    }

    /// The event that an orderly end of the stream left without its blank line; nil when there is none.
    mutating func finish() -> ServerSentEvent? {
        if !line.isEmpty { endField() }
        defer { self = ServerSentEventParser() }
        return hasData ? event : nil
    }

    private mutating func endLine<Failure: Error>(_ body: (ServerSentEvent) throws(Failure) -> Void) throws(Failure) {
        guard line.isEmpty else { return endField() }
        defer {
            event = ServerSentEvent()
            hasData = false
        }
        if hasData { try body(event) }
    }

    private mutating func endField() {
        if isAtStart, line.starts(with: [0xEF, 0xBB, 0xBF]) { line.removeFirst(3) }
        isAtStart = false
        let colon = line.firstIndex(of: UInt8(ascii: ":")) ?? line.endIndex
        var value = line[colon...].dropFirst()
        if value.first == 0x20 { value = value.dropFirst() }
        if line[..<colon].elementsEqual("data".utf8) {
            if hasData { event.data.append(0x0A) }
            event.data.append(contentsOf: value)
            hasData = true
        } else if line[..<colon].elementsEqual("event".utf8) {
            event.name = Array(value)
        }
        line.removeAll(keepingCapacity: true)
    }
}
