import Ledger
import ModelAPI
import PolicyContract
import Testing
import Vocabulary
import Workers

@Suite(.timeLimit(.minutes(1)))
struct WorkerLimitTests {
    private static let reads = ChatAnswer.calls(("read_file", ["path": "src/a.py"]))

    private func run(_ answers: [ChatAnswer], _ change: (inout WorkerLimits) -> Void) async throws -> (
        StageResult, ScriptedModel
    ) {
        var bench = Bench()
        change(&bench.limits)
        let model = ScriptedModel(answers.map { .answer($0) })
        return (try await bench.perform(model), model)
    }

    @Test
    func turnsAreCounted() async throws {
        let (result, model) = try await run([Self.reads]) { $0.turns = 5 }
        #expect(result.failure?.summary == "the model did not finish within 5 turns")
        #expect(result.failure?.kind == .workerGaveUp)
        #expect(model.requests.count == 5)
    }

    @Test
    func tokensAreCounted() async throws {
        var answer = Self.reads
        answer.usage = TokenUsage(input: 90, output: 20)
        let (result, model) = try await run([answer]) { $0.tokens = 300 }
        #expect(result.tokens == 330)
        #expect(result.failure?.summary == "the attempt used 330 tokens, its limit is 300")
        #expect(model.requests.count == 3)
    }

    @Test
    func theConversationHasASize() async throws {
        let (result, _) = try await run([Self.reads]) { $0.conversationBytes = 200 }
        #expect(result.failure?.kind == .workerGaveUp)
        #expect(result.failure?.summary.contains("its limit is 200") == true)
    }

    @Test
    func callsOfOneAnswerAreCounted() async throws {
        let many = ChatAnswer.raw((0..<5).map { _ in ("list_files", "{}") })
        let (result, model) = try await run([many, .finishes]) { $0.toolCallsPerTurn = 3 }
        #expect(result.malformedCount == 2)
        #expect(model.requests[1].messages.suffix(2).allSatisfy { $0.text.contains("at most 3 calls") })
    }

    @Test
    func testRunsAreCountedAndNotWastedOnUnchangedFiles() async throws {
        let tests = CountingTests { _ in false }
        var bench = Bench()
        bench.tests = tests
        bench.limits.testRuns = 2
        let edit = { (text: String) in
            ChatAnswer.calls(("write_file", ["path": "src/a.py", "content": .string(text)]), ("run_tests", [:]))
        }
        let model = ScriptedModel(
            edit("1"), .calls(("run_tests", [:])), edit("2"), edit("3"), .finishes)
        let result = try await bench.perform(model)
        #expect(tests.asked.count == 2)
        #expect(result.testRuns == 2)
        #expect(model.lastMessage(ofTurn: 3)?.text.hasPrefix("Nothing changed since the last run:\n2 of 3") == true)
        #expect(model.lastMessage(ofTurn: 5)?.text.contains("no test run is left of 2") == true)
    }

    @Test
    func filesAndEditsHaveASize() async throws {
        let (result, model) = try await run([
            .calls(("write_file", ["path": "src/a.py", "content": "12345678901"])),
            .calls(("write_file", ["path": "src/a.py", "content": "1234567890"])), .finishes,
        ]) { $0.fileBytes = 10 }
        #expect(model.lastMessage(ofTurn: 2)?.text.contains("11 bytes are too much") == true)
        #expect(result.text(of: "src/a.py") == "1234567890")
        let (second, secondModel) = try await run([
            .calls(("write_file", ["path": "src/a.py", "content": "12345678901"])), .finishes,
        ]) { $0.changeBytes = 10 }
        #expect(secondModel.lastMessage(ofTurn: 2)?.text.contains("limit of 10 bytes") == true)
        #expect(second.changes.isEmpty)
    }

    @Test
    func aFailureCarriesTheLastTestRun() async throws {
        var bench = Bench()
        bench.tests = CountingTests { _ in false }
        bench.limits.turns = 1
        let result = try await bench.perform(ScriptedModel(.calls(("run_tests", [:]))))
        #expect(result.failure?.outputTail == "2 of 3 tests passed\nFAILED test_a")
    }
}
