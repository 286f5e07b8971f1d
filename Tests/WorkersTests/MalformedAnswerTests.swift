import ModelAPI
import PolicyContract
import Testing
import Vocabulary
import Workers

/// Each way in which an answer can be unusable is said to the model, counted, and forgiven when the next one is good.
@Suite(.timeLimit(.minutes(1)))
struct MalformedAnswerTests {
    struct Case: CustomTestStringConvertible, Sendable {
        let name: String
        let answer: ChatAnswer
        /// What the model must read in return.
        let told: String
        let role: ChatMessage.Role

        init(_ name: String, _ answer: ChatAnswer, told: String, role: ChatMessage.Role = .tool) {
            self.name = name
            self.answer = answer
            self.told = told
            self.role = role
        }

        var testDescription: String { name }
    }

    static let cases = [
        Case("unknown tool", .calls(("edit_file", ["path": "src/a.py"])), told: "there is no tool 'edit_file'"),
        Case("broken JSON", .raw([("read_file", #"{"path": "src/a.py"#)]), told: "the arguments are no JSON object"),
        Case("arguments that are a list", .raw([("read_file", "[1]")]), told: "must be a JSON object"),
        Case("no arguments", .raw([("read_file", "")]), told: "argument 'path' is missing"),
        Case("null argument", .calls(("read_file", ["path": nil])), told: "argument 'path' is missing"),
        Case("wrong type", .calls(("read_file", ["path": 7])), told: "argument 'path' must be a string, not a integer"),
        Case(
            "wrong optional type", .calls(("read_file", ["path": "src/a.py", "first_line": "x"])),
            told: "argument 'first_line' must be a whole number"),
        Case("empty answer", .says(""), told: "Your answer was empty.", role: .user),
        Case("text only", .says("I am done."), told: "called no tool", role: .user),
        Case("refusal", .says("", refusal: "I cannot."), told: "call finish and say why", role: .user),
        Case("content filter", .says("", finishReason: "content_filter"), told: "content filter", role: .user),
        Case("output limit in text", .says("Let me thi", finishReason: "length"), told: "cut off", role: .user),
        Case("no finish reason", .says("Let me thi", finishReason: nil), told: "cut off", role: .user),
        Case(
            "output limit in a call",
            .calls(("write_file", ["path": "src/a.py", "content": "half"]), finishReason: "length"),
            told: "was not run"),
        Case(
            "no finish reason in a call",
            .calls(("write_file", ["path": "src/a.py", "content": "half"]), finishReason: nil), told: "was not run"),
    ]

    @Test(arguments: cases)
    func itIsSaidAndForgiven(_ malformed: Case) async throws {
        let model = ScriptedModel(malformed.answer, .finishes)
        let result = try await Bench().perform(model)
        let told = try #require(model.lastMessage(ofTurn: 2))
        #expect(told.role == malformed.role)
        #expect(told.text.contains(malformed.told))
        #expect(result.malformedCount == 1)
        #expect(result.outcome == .finished(summary: "done"))
        #expect(result.changes.isEmpty)
    }

    @Test(arguments: cases)
    func manyInARowEndTheAttempt(_ malformed: Case) async throws {
        let model = ScriptedModel(malformed.answer)
        let result = try await Bench().perform(model)
        let limit = WorkerLimits().malformedAnswersInARow
        #expect(result.failure?.kind == .workerGaveUp)
        #expect(result.failure?.summary == "the model gave \(limit) answers in a row that cannot be used")
        #expect(result.malformedCount == limit)
        #expect(model.requests.count == limit)
    }

    @Test
    func aGoodAnswerBetweenThemStartsTheCountAgain() async throws {
        let bad = ScriptedModel.Step.answer(.says(""))
        let good = ScriptedModel.Step.answer(.calls(("list_files", [:])))
        let model = ScriptedModel([bad, bad, bad, good, bad, bad, bad, good, .answer(.finishes)])
        let result = try await Bench().perform(model)
        #expect(result.outcome == .finished(summary: "done"))
        #expect(result.malformedCount == 6)
    }

    @Test
    func completeCallsOfACutAnswerAreRun() async throws {
        let model = ScriptedModel(
            .calls(
                ("write_file", ["path": "src/a.py", "content": "whole"]),
                ("write_file", ["path": "src/a.py", "content": "ha"]), finishReason: "length"),
            .finishes)
        let result = try await Bench().perform(model)
        #expect(result.text(of: "src/a.py") == "whole")
        #expect(result.malformedCount == 1)
    }

    @Test
    func anEmptyAnswerLeavesNoEmptyMessageBehind() async throws {
        let model = ScriptedModel(.says(""), .finishes)
        _ = try await Bench().perform(model)
        #expect(model.requests[1].messages.map(\.role) == [.system, .user, .user])
    }
}
