import Vocabulary

/// Reads the body of an answer with status 200, as a stream of events or as one document, whatever its content type says.
struct AnswerReader {
    private enum Form {
        case undecided, events, document
    }

    private let limitInBytes: Int
    private var form = Form.undecided
    private var size = 0
    private var document: [UInt8] = []
    private var parser = ServerSentEventParser()
    private var assembler = ChatAssembler()

    init(limitInBytes: Int) {
        self.limitInBytes = limitInBytes
    }

    /// Whether the answer is whole, also if the connection breaks now.
    var isComplete: Bool { form == .events && assembler.isComplete }

    /// The usage that has come so far.
    var reportedUsage: ReportedUsage? { assembler.reported }

    mutating func consume(_ bytes: UnsafeBufferPointer<UInt8>) throws(ChatStreamFault) {
        size += bytes.count
        guard size <= limitInBytes else { throw .oversized(limitInBytes: limitInBytes) }
        if form == .undecided { form = Self.form(of: bytes) }
        switch form {
        case .undecided: return
        case .document: document.append(contentsOf: bytes)
        case .events:
            var parser = parser
            defer { self.parser = parser }
            try parser.consume(bytes) { event throws(ChatStreamFault) in try assembler.consume(event) }
        }
    }

    /// Ends after an orderly end of the body.
    mutating func finish() throws(ChatStreamFault) -> ChatAnswer {
        switch form {
        case .undecided: throw .cut("an empty answer")
        case .events:
            if let event = parser.finish() { try assembler.consume(event) }
        case .document:
            guard let value = try? JSONReader.parse(document) else { throw .foreign(Self.excerpt(document)) }
            try assembler.consume(value)
            if assembler.isEmpty { throw .foreign(Self.excerpt(document)) }
        }
        return try assembler.finish()
    }

    /// The answer of a stream that broke after everything but its end had come.
    func finishInterrupted() -> ChatAnswer? {
        isComplete ? try? assembler.finish() : nil
    }

    /// A JSON document starts with a brace and a page with `<`; no line of an event stream does either.
    private static func form(of bytes: UnsafeBufferPointer<UInt8>) -> Form {
        guard let first = bytes.first(where: { !JSONReader.isWhitespace($0) }) else { return .undecided }
        return first == UInt8(ascii: "{") || first == UInt8(ascii: "<") ? .document : .events
    }

    private static func excerpt(_ document: [UInt8]) -> String {
        "a document that begins with '\(VendorError(text: String(decoding: document.prefix(80), as: UTF8.self)).message)'"
    }
}
