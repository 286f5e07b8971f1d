import Ledger
import Testing
import Vocabulary

@testable import ModelAPI

@Suite struct ChatAssemblerTests {
    private static func assemble(_ chunks: [String]) throws -> ChatAnswer {
        var assembler = ChatAssembler()
        for chunk in chunks { try assembler.consume(ServerSentEvent(data: Array(chunk.utf8))) }
        return try assembler.finish()
    }

    /// A chunk with one `tool_calls` delta.
    private static func call(_ delta: String) -> String {
        #"{"choices":[{"index":0,"delta":{"tool_calls":[\#(delta)]}}]}"#
    }

    private static let usage = TokenUsage(input: 100, output: 7)

    @Test func textComesTogetherInOrder() throws {
        let answer = try Self.assemble([
            #"{"choices":[{"index":0,"delta":{"role":"assistant","content":""}}]}"#, Wire.text("Hel"), Wire.text("lo"),
            Wire.finish(), Wire.usage, "[DONE]",
        ])
        #expect(answer == ChatAnswer(text: "Hello", finishReason: "stop", usage: Self.usage, model: "m-1"))
    }

    @Test func toolCallsComeTogetherByIndex() throws {
        let answer = try Self.assemble([
            Self.call(#"{"index":1,"id":"b","type":"function","function":{"name":"write","arguments":""}}"#),
            Self.call(#"{"index":0,"id":"a","type":"function","function":{"name":"read","arguments":"{\"p\""}}"#),
            Self.call(#"{"index":1,"function":{"arguments":"{}"}}"#),
            Self.call(#"{"index":0,"function":{"arguments":":1}"}}"#),
            Wire.finish("tool_calls"), Wire.usage,
        ])
        #expect(
            answer.toolCalls == [
                ToolCall(id: "a", name: "read", arguments: #"{"p":1}"#),
                ToolCall(id: "b", name: "write", arguments: "{}"),
            ])
        #expect(answer.finishReason == "tool_calls")
        #expect(try answer.toolCalls[0].parsedArguments() == ["p": 1])
    }

    @Test(arguments: [
        // Index 0 for every parallel call, as Gemini's compatible server sends it.
        [
            #"{"index":0,"id":"a","function":{"name":"f","arguments":"1"}}"#,
            #"{"index":0,"id":"b","function":{"name":"g","arguments":"2"}}"#,
        ],
        // No index at all.
        [
            #"{"id":"a","function":{"name":"f","arguments":"1"}}"#, #"{"id":"b","function":{"name":"g"}}"#,
            #"{"function":{"arguments":"2"}}"#,
        ],
        // Id and name repeated in every piece.
        [
            #"{"index":0,"id":"a","function":{"name":"f"}}"#,
            #"{"index":0,"id":"a","function":{"name":"f","arguments":"1"}}"#,
            #"{"index":1,"id":"b","function":{"name":"g"}}"#,
            #"{"index":1,"id":"b","function":{"name":"g","arguments":"2"}}"#,
        ],
        // A name in pieces, the id late.
        [
            #"{"index":0,"function":{"name":"f"}}"#, #"{"index":0,"id":"a","function":{"arguments":"1"}}"#,
            #"{"index":5,"id":"b","function":{"name":"g"}}"#, #"{"index":5,"function":{"arguments":"2"}}"#,
        ],
    ])
    func habitsOfCompatibleServersGiveTheSameCalls(deltas: [String]) throws {
        let answer = try Self.assemble(deltas.map(Self.call) + [Wire.finish("tool_calls"), Wire.usage])
        #expect(
            answer.toolCalls == [
                ToolCall(id: "a", name: "f", arguments: "1"), ToolCall(id: "b", name: "g", arguments: "2"),
            ])
    }

    @Test func idsAreNeverEmptyAndNeverRepeat() throws {
        let answer = try Self.assemble([
            Self.call(#"{"index":0,"function":{"name":"f","arguments":"1"}}"#),
            Self.call(#"{"index":1,"id":"call_0","function":{"name":"g","arguments":"2"}}"#),
            Self.call(#"{"index":2,"id":"call_0","function":{"name":"h","arguments":{"x":1}}}"#),
            Wire.finish("tool_calls"), Wire.usage,
        ])
        #expect(answer.toolCalls.map(\.id) == ["call_0", "call_0_1", "call_0_2"])
        #expect(answer.toolCalls[2].arguments == #"{"x":1}"#)
    }

    @Test func tooManyToolCallsAreRefused() {
        let deltas = (0...ChatAssembler.toolCallLimit).map {
            Self.call(#"{"index":\#($0),"id":"i\#($0)","function":{"name":"f"}}"#)
        }
        #expect(throws: ChatStreamFault.malformed("too many tool calls")) { try Self.assemble(deltas) }
    }

    @Test func refusalIsKeptApartFromText() throws {
        let answer = try Self.assemble([
            #"{"choices":[{"index":0,"delta":{"refusal":"I can"}}]}"#,
            #"{"choices":[{"index":0,"delta":{"refusal":"not"}}]}"#,
            Wire.finish(), Wire.usage,
        ])
        #expect(answer.refusal == "I cannot")
        #expect(answer.text.isEmpty)
        #expect(answer.message == .assistant("I cannot"))
    }

    @Test func theWayOfServiceIsKept() throws {
        let tier = #"{"service_tier":"priority","choices":[]}"#
        #expect(try Self.assemble([tier, Wire.text("a"), Wire.finish(), Wire.usage]).serviceTier == "priority")
    }

    @Test func onlyTheFirstChoiceCounts() throws {
        let answer = try Self.assemble([
            #"{"choices":[{"index":1,"delta":{"content":"no"}},{"index":0,"delta":{"content":"yes"}}]}"#, Wire.finish(),
            Wire.usage,
        ])
        #expect(answer.text == "yes")
    }

    @Test func textInPartsIsJoined() throws {
        let answer = try Self.assemble([
            #"{"choices":[{"delta":{"content":[{"type":"text","text":"a"},{"type":"text","text":"b"}]}}]}"#,
            Wire.finish(), Wire.usage,
        ])
        #expect(answer.text == "ab")
    }

    @Test func theLastUsageCounts() throws {
        let answer = try Self.assemble([
            #"{"choices":[{"delta":{"content":"a"}}],"usage":{"prompt_tokens":100,"completion_tokens":1}}"#,
            #"{"choices":[{"delta":{},"finish_reason":"stop"}],"usage":{"prompt_tokens":100,"completion_tokens":2}}"#,
        ])
        #expect(answer.usage == TokenUsage(input: 100, output: 2))
    }

    @Test func aWholeDocumentIsAnAnswer() throws {
        let answer = try Self.assemble([
            #"""
            {"id":"x","model":"m","choices":[{"index":0,"finish_reason":"tool_calls","message":{"role":"assistant","content":null,
            "tool_calls":[{"id":"a","type":"function","function":{"name":"f","arguments":"{}"}},
            {"id":"b","type":"function","function":{"name":"g","arguments":"{}"}}]}}],"usage":{"prompt_tokens":3,"completion_tokens":4}}
            """#
        ])
        #expect(answer.toolCalls.map(\.name) == ["f", "g"])
        #expect(answer.usage == TokenUsage(input: 3, output: 4))
    }

    // MARK: Endings

    @Test func noFinishReasonButUsageIsATruncatedAnswer() throws {
        let answer = try Self.assemble([Wire.text("half"), Wire.usage, "[DONE]"])
        #expect(answer.isStreamTruncated)
        #expect(answer.isCutShort)
        #expect(answer.finishReason == nil)
        #expect(answer.usage == Self.usage)
    }

    @Test func noFinishReasonAndNoUsageIsACutStream() {
        #expect(throws: ChatStreamFault.cut("no finish reason")) { try Self.assemble([Wire.text("half"), "[DONE]"]) }
    }

    @Test func lengthIsCutShortButNotTruncated() throws {
        let answer = try Self.assemble([Wire.text("half"), Wire.finish("length"), Wire.usage])
        #expect(answer.isCutShort)
        #expect(!answer.isStreamTruncated)
    }

    @Test func nothingAtAllIsACutStream() {
        #expect(throws: ChatStreamFault.cut("an empty answer")) { try Self.assemble([]) }
        #expect(throws: ChatStreamFault.cut("an empty answer")) { try Self.assemble(["[DONE]"]) }
        #expect(throws: ChatStreamFault.cut("an empty answer")) { try Self.assemble([Wire.usage]) }
    }

    @Test func whatFollowsTheEndIsIgnored() throws {
        let answer = try Self.assemble([Wire.text("a"), Wire.finish(), Wire.usage, "[DONE]", "garbage", Wire.text("b")])
        #expect(answer.text == "a")
    }

    @Test func anErrorInTheStreamIsReported() {
        let chunk = #"{"error":{"message":"over\nloaded","type":"server_error","code":503}}"#
        #expect(
            performing: { try Self.assemble([Wire.text("a"), chunk]) },
            throws: { error in
                guard case .reported(let vendor) = error as? ChatStreamFault else { return false }
                return vendor.message == "over loaded" && vendor.type == "server_error" && vendor.code == "503"
            })
    }

    @Test func anErrorEventWithoutErrorObjectIsReported() {
        var assembler = ChatAssembler()
        let event = ServerSentEvent(name: Array("error".utf8), data: Array(#"{"message":"broken"}"#.utf8))
        #expect(throws: ChatStreamFault.reported(VendorError(text: "broken"))) { try assembler.consume(event) }
    }

    @Test(arguments: ["{", "[1]", "\"text\"", "", "data"])
    func whatIsNoObjectIsMalformed(chunk: String) {
        #expect(
            performing: { try Self.assemble([chunk]) },
            throws: { error in
                if case .malformed = error as? ChatStreamFault { true } else { false }
            })
    }

    // MARK: Usage

    @Test func usageDetailsAreRead() throws {
        let usage: Value = [
            "prompt_tokens": 100, "completion_tokens": 40,
            "prompt_tokens_details": ["cached_tokens": 60, "cache_write_tokens": 30],
            "completion_tokens_details": ["reasoning_tokens": 25],
        ]
        #expect(
            TokenUsage(chatUsage: usage, hasOutput: true)
                == TokenUsage(input: 100, cachedInput: 60, cacheWrite: 30, output: 40, reasoning: 25))
    }

    @Test func detailsNeverPassTheirTotals() throws {
        let usage: Value = [
            "prompt_tokens": 100, "completion_tokens": 4,
            "prompt_tokens_details": ["cached_tokens": 600, "cache_write_tokens": -3],
            "completion_tokens_details": ["reasoning_tokens": 25],
        ]
        #expect(
            TokenUsage(chatUsage: usage, hasOutput: true)
                == TokenUsage(input: 100, cachedInput: 100, cacheWrite: 0, output: 4, reasoning: 4))
    }

    @Test(
        arguments: [
            [:], ["prompt_tokens": 0, "completion_tokens": 5], ["prompt_tokens": -1, "completion_tokens": 5],
            ["prompt_tokens": 10, "completion_tokens": 0], ["prompt_tokens": 10],
            ["prompt_tokens": 10, "completion_tokens": -5],
            ["prompt_tokens": "10", "completion_tokens": 5], "10", [1],
            ["prompt_tokens": .integer(1 << 62), "completion_tokens": 5],
            ["prompt_tokens": 10, "completion_tokens": .integer(.max)],
        ] as [Value])
    func countsThatCannotBeTrueAreNoUsage(usage: Value) {
        #expect(TokenUsage(chatUsage: usage, hasOutput: true) == nil)
    }

    @Test func anEmptyAnswerMayHaveNoOutput() {
        #expect(TokenUsage(chatUsage: ["prompt_tokens": 10, "completion_tokens": 0], hasOutput: false)?.output == 0)
    }
}
