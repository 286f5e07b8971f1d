import Ledger
import Vocabulary

/// Puts a chat completion together from the documents of its stream, or from the one document of a plain answer.
///
/// Pure: it is fed documents and asked for the result. It follows OpenAI's format and bears what compatible servers do to it:
/// usage in every chunk or in none, calls without index or id, a whole `message` where a `delta` belongs, parts for text.
struct ChatAssembler {
    static let toolCallLimit = 128

    private var text = ""
    private var refusal = ""
    private var toolCalls = ToolCallAssembler()
    private var finishReason: String?
    private var usage: Value?
    private var model = ""
    private(set) var serviceTier: String?
    /// No choice has come yet.
    private(set) var isEmpty = true
    private var isDone = false

    /// Takes one event of a stream.
    mutating func consume(_ event: ServerSentEvent) throws(ChatStreamFault) {
        if isDone || event.data.elementsEqual("[DONE]".utf8) {
            isDone = true
            return
        }
        let chunk: Value
        do {
            chunk = try JSONReader.parse(event.data)
        } catch {
            throw .malformed("an event with \(error)")
        }
        if event.name.elementsEqual("error".utf8) { throw .reported(VendorError(chunk)) }
        try consume(chunk)
    }

    /// Takes one chunk, or a whole completion.
    mutating func consume(_ chunk: Value) throws(ChatStreamFault) {
        guard case .map = chunk else { throw .malformed("a \(chunk.typeName) where an object belongs") }
        if chunk["error"] != nil { throw .reported(VendorError(chunk)) }
        if let name = chunk["model"]?.stringValue { model = name }
        if let tier = chunk["service_tier"]?.stringValue { serviceTier = tier }
        if let usage = chunk["usage"] { self.usage = usage }
        guard let choices = chunk["choices"]?.listValue else { return }
        for choice in choices where (choice["index"]?.integerValue ?? 0) == 0 {
            isEmpty = false
            if let part = choice["delta"] ?? choice["message"] { try consume(part: part) }
            if let reason = choice["finish_reason"]?.stringValue { finishReason = reason }
        }
    }

    /// Whether the answer is whole, also if the connection breaks now.
    var isComplete: Bool { finishReason != nil }

    /// What the server charges for, as far as it has come and can be believed.
    var reported: ReportedUsage? {
        reportedUsage.map { ReportedUsage(usage: $0, serviceTier: serviceTier) }
    }

    private var reportedUsage: TokenUsage? {
        usage.flatMap { TokenUsage(chatUsage: $0, hasOutput: !text.isEmpty || !toolCalls.isEmpty || !refusal.isEmpty) }
    }

    /// The whole answer.
    ///
    /// - Throws: ``ChatStreamFault/cut(_:)`` when the end is missing and no usage tells that the server took it for whole.
    func finish() throws(ChatStreamFault) -> ChatAnswer {
        if isEmpty { throw .cut("an empty answer") }
        let usage = reportedUsage
        if finishReason == nil, usage == nil { throw .cut("no finish reason") }
        return ChatAnswer(
            text: text, toolCalls: toolCalls.finish(), refusal: refusal.isEmpty ? nil : refusal,
            finishReason: finishReason, usage: usage, model: model, serviceTier: serviceTier,
            isStreamTruncated: finishReason == nil)
    }

    private mutating func consume(part: Value) throws(ChatStreamFault) {
        switch part["content"] {
        case .string(let piece): text += piece
        case .list(let pieces): text += pieces.compactMap { $0["text"]?.stringValue }.joined()
        default: break
        }
        if let piece = part["refusal"]?.stringValue { refusal += piece }
        for call in part["tool_calls"]?.listValue ?? [] { try toolCalls.consume(call) }
    }
}
