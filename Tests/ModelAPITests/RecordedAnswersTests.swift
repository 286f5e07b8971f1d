import Ledger
import Testing
import Vocabulary

@testable import ModelAPI

@Suite struct RecordedAnswersTests {
    private static let usage = TokenUsage(input: 5, output: 2)

    private static func events(_ call: String, turn: Int, answer: ChatAnswer?, attempt: Int = 1) -> [RunEvent] {
        let envelope = { (body: RunEvent.Body) in
            RunEvent(run: "r", batch: "b", feature: "f", stage: "implement", attempt: attempt, time: 0, body: body)
        }
        return [
            envelope(.callReserved(.init(call: call, amount: .dollar, model: "m", worker: "chat", turn: turn))),
            envelope(
                .callSettled(
                    .init(call: call, amount: .zero, usage: usage, outcome: "answered", answer: answer?.record))),
        ]
    }

    private static func place(turn: Int, attempt: Int = 1) -> RecordedAnswers.Place {
        .init(batch: "b", feature: "f", stage: "implement", attempt: attempt, turn: turn)
    }

    private static func answer(_ text: String) -> ChatAnswer {
        ChatAnswer(text: text, finishReason: "stop", usage: usage, model: "m")
    }

    @Test func aRecordComesBackWhole() {
        var answer = Self.answer("text")
        #expect(ChatAnswer(record: answer.record, usage: Self.usage) == answer)
        answer.toolCalls = [ToolCall(id: "i", name: "n", arguments: "{broken")]
        answer.refusal = "no"
        answer.finishReason = nil
        answer.serviceTier = "flex"
        answer.isStreamTruncated = true
        #expect(ChatAnswer(record: answer.record, usage: Self.usage) == answer)
    }

    @Test(
        arguments: [nil, [:], ["text": "a"], ["text": "a", "model": "m", "tool_calls": [["id": "x"]]], "text"]
            as [Value])
    func aForeignRecordIsNoAnswer(record: Value) {
        #expect(ChatAnswer(record: record, usage: nil) == nil)
    }

    @Test func answersAreFoundByTheirTurn() {
        let answers = RecordedAnswers(
            Self.events("c1", turn: 1, answer: Self.answer("one")) + Self.events("c2", turn: 2, answer: nil)
                + Self.events("c3", turn: 2, answer: Self.answer("two"))
                + Self.events("c4", turn: 1, answer: Self.answer("three"), attempt: 2))
        #expect(answers.take(Self.place(turn: 2))?.text == "two")
        #expect(answers.take(Self.place(turn: 1))?.text == "one")
        #expect(answers.take(Self.place(turn: 1, attempt: 2))?.text == "three")
        #expect(answers.take(Self.place(turn: 3)) == nil)
    }

    @Test func anAnswerIsHandedOutOnceInTheOrderOfRecording() {
        let answers = RecordedAnswers(
            Self.events("c1", turn: 1, answer: Self.answer("one"))
                + Self.events("c2", turn: 1, answer: Self.answer("two")))
        #expect(answers.take(Self.place(turn: 1))?.text == "one")
        #expect(answers.take(Self.place(turn: 1))?.text == "two")
        #expect(answers.take(Self.place(turn: 1)) == nil)
    }
}
