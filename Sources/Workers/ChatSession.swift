import Ledger
import ModelAPI
import PolicyContract
import Vocabulary

/// The conversation of one stage attempt: takes answers, runs their tools, knows when it is over.
///
/// What it does depends on the assignment and the answers alone, so recorded answers lead to the same edits again.
struct ChatSession: Sendable {
    private let assignment: StageAssignment
    private let tools: [ToolDefinition]
    private var toolbox: Toolbox
    private var messages: [ChatMessage]
    private var conversationBytes: Int
    private var turns = 0
    private var tokens = 0
    private var malformedCount = 0
    private var malformedInARow = 0

    private var limits: WorkerLimits { assignment.limits }

    /// - Throws: What the workspace throws when a file for the prompt cannot be read.
    init(_ assignment: StageAssignment, _ services: StageServices) async throws {
        self.assignment = assignment
        toolbox = Toolbox(assignment, services)
        tools = toolbox.definitions
        messages = try await Self.opening(assignment, toolbox.draft)
        conversationBytes = messages.reduce(0) { $0 + $1.sizeInBytes }
    }

    /// The request for the next turn; nil when a limit is reached, see ``giveUpReason``.
    var nextRequest: (request: ChatRequest, turn: Int)? {
        guard giveUpReason == nil else { return nil }
        let request = ChatRequest(
            model: assignment.model, messages: messages, tools: tools, temperature: assignment.temperature,
            maxOutputTokens: assignment.prompt.maxOutputTokens ?? limits.outputTokensPerTurn)
        return (request, turns + 1)
    }

    /// Which limit is reached, as a sentence; nil when there is none.
    var giveUpReason: String? {
        if malformedInARow >= limits.malformedAnswersInARow {
            return "the model gave \(malformedInARow) answers in a row that cannot be used"
        }
        if turns >= limits.turns { return "the model did not finish within \(limits.turns.counted("turn"))" }
        if tokens >= limits.tokens { return "the attempt used \(tokens) tokens, its limit is \(limits.tokens)" }
        if conversationBytes > limits.conversationBytes {
            return "the conversation has \(conversationBytes) bytes, its limit is \(limits.conversationBytes)"
        }
        return nil
    }

    /// Runs the tools of an answer.
    /// - Returns: The summary when the model finished; nil when it wants another turn.
    mutating func take(_ answer: ChatAnswer) async throws -> String? {
        turns += 1
        tokens += (answer.usage?.input ?? 0) + (answer.usage?.output ?? 0)
        let message = answer.message
        if !message.text.isEmpty || !message.toolCalls.isEmpty { append(message) }
        guard !answer.toolCalls.isEmpty else {
            malformedCount += 1
            malformedInARow += 1
            append(.user(Self.complaint(about: answer)))
            return nil
        }
        var isUsable = false
        for (index, call) in answer.toolCalls.enumerated() {
            try Task.checkCancellation()
            switch try await reply(to: call, at: index, of: answer) {
            case .finished(let summary):
                return summary
            case .told(let text):
                isUsable = true
                append(.tool(text, answering: call.id))
            case .malformed(let text):
                malformedCount += 1
                append(.tool(text, answering: call.id))
            }
        }
        malformedInARow = isUsable ? 0 : malformedInARow + 1
        return nil
    }

    /// The attempt as it stands.
    func result(_ outcome: StageResult.Outcome, callError: ModelCallError? = nil) -> StageResult {
        StageResult(
            changes: toolbox.draft.changes, outcome: outcome, turns: turns, malformedCount: malformedCount,
            testRuns: toolbox.testRuns, tokens: tokens, callError: callError)
    }

    /// A failure with what the last test run, or else the last message, said.
    func failure(_ kind: Failure.Kind, _ summary: String) -> Failure {
        let tail = toolbox.lastTestRun?.text ?? messages.last { $0.role != .system }?.text ?? ""
        return Failure(
            kind: kind, summary: summary, outputTail: String(decoding: tail.utf8.suffix(Self.tailBytes), as: UTF8.self))
    }

    private static let tailBytes = 4_000

    private mutating func reply(to call: ToolCall, at index: Int, of answer: ChatAnswer) async throws -> Toolbox.Reply {
        if answer.isCutShort, index == answer.toolCalls.count - 1 {
            return .malformed(
                """
                Error: this call was not run, because your answer was cut off in it. Make shorter answers: one edit at a \
                time, replace instead of write_file.
                """)
        }
        if index >= limits.toolCallsPerTurn {
            return .malformed(
                "Error: this call was not run; at most \(limits.toolCallsPerTurn) calls fit in one answer.")
        }
        return try await toolbox.run(call)
    }

    private mutating func append(_ message: ChatMessage) {
        messages.append(message)
        conversationBytes += message.sizeInBytes
    }

    private static func complaint(about answer: ChatAnswer) -> String {
        if answer.isCutShort {
            return "Your answer was cut off before it called a tool. Answer shorter, and call a tool."
        }
        if answer.finishReason == "content_filter" {
            return "Your answer was withheld by a content filter. Go on in another way, and call a tool."
        }
        if answer.refusal != nil {
            return "If this step cannot be done, call finish and say why. Otherwise go on, and call a tool."
        }
        let fault = answer.text.isEmpty ? "Your answer was empty." : "Your answer called no tool, so nothing was done."
        return fault + " Call a tool to go on, or finish when the work is done."
    }

    private static func opening(_ assignment: StageAssignment, _ draft: Draft) async throws -> [ChatMessage] {
        var text = assignment.prompt.user
        for path in assignment.prompt.files {
            guard case .file(let bytes) = try await draft.item(at: path), !bytes.contains(0) else { continue }
            let content = String(decoding: bytes, as: UTF8.self)
                .cutInTheMiddle(limitInBytes: assignment.limits.toolResultBytes)
            text += "\n\n## `\(path)`\n\n\(fence(for: content))\n\(content)\n\(fence(for: content))"
        }
        let system = assignment.prompt.system.map { [ChatMessage.system($0)] } ?? []
        return system + [.user(text)]
    }

    /// A fence longer than any in the text.
    private static func fence(for text: String) -> String {
        var fence = "```"
        while text.contains(fence) { fence += "`" }
        return fence
    }
}

extension ChatMessage {
    fileprivate var sizeInBytes: Int {
        toolCalls.reduce(text.utf8.count) { $0 + $1.name.utf8.count + $1.arguments.utf8.count }
    }
}
