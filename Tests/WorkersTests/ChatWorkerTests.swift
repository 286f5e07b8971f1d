import ModelAPI
import MoonshiftTestSupport
import PolicyContract
import Testing
import Vocabulary
import Workers
import Workspaces

@Suite(.timeLimit(.minutes(1)))
struct ChatWorkerTests {
    private let bench = Bench()

    @Test
    func aModelThatReadsEditsTestsAndFinishesHandsBackItsEdit() async throws {
        let tests = CountingTests()
        var bench = bench
        bench.tests = tests
        let model = ScriptedModel(
            .calls(("read_file", ["path": "src/a.py"])),
            .calls(
                ("replace", ["path": "src/a.py", "old": "def a():\n    return 0", "new": "def a():\n    return 1"]),
                ("run_tests", [:])),
            .finishes)
        let result = try await bench.perform(model)
        #expect(result.outcome == .finished(summary: "done"))
        #expect(result.text(of: "src/a.py") == "def a():\n    return 1\n\n\ndef b():\n    return 0\n")
        #expect(result.changes.count == 1)
        #expect((result.turns, result.malformedCount, result.testRuns) == (3, 0, 1))
        #expect(tests.asked == [result.changes])
        #expect(model.lastMessage(ofTurn: 2)?.text == "def a():\n    return 0\n\n\ndef b():\n    return 0")
        #expect(model.lastMessage(ofTurn: 3)?.text == "3 of 3 tests passed")
    }

    @Test
    func theRequestHoldsPromptToolsAndLimits() async throws {
        var bench = bench
        bench.prompt = Prompt(system: "S", user: "U", files: ["src/other.py", "no/such"], maxOutputTokens: 77)
        let model = ScriptedModel(.finishes)
        _ = try await bench.perform(model)
        let request = try #require(model.requests.first)
        #expect(request.messages == [.system("S"), .user("U\n\n## `src/other.py`\n\n```\nimport a\n\n```")])
        #expect(request.maxOutputTokens == 77)
        let names = ["list_files", "read_file", "search", "write_file", "replace", "run_tests", "finish"]
        #expect(request.tools.map(\.name) == names)
        #expect(request.tools[3].description.contains("src/a.py"))
    }

    @Test
    func withoutTestsTheToolIsNotThere() async throws {
        var bench = bench
        bench.tests = nil
        let model = ScriptedModel(.calls(("run_tests", [:])), .finishes)
        let result = try await bench.perform(model)
        #expect(model.requests[0].tools.allSatisfy { $0.name != "run_tests" })
        #expect(result.malformedCount == 1)
    }

    @Test
    func conversationsOnlyGrow() async throws {
        let model = ScriptedModel(
            .calls(("read_file", ["path": "src/a.py"])), .says("thinking"), .calls(("nonsense", [:])), .finishes)
        _ = try await bench.perform(model)
        let conversations = model.requests.map(\.messages)
        #expect(conversations.count == 4)
        for (earlier, later) in zip(conversations, conversations.dropFirst()) {
            #expect(later.starts(with: earlier))
            #expect(later.count > earlier.count)
        }
    }

    @Test
    func everyToolCallIsAnsweredUnderItsID() async throws {
        let model = ScriptedModel(
            .raw([("read_file", #"{"path":"src/a.py"}"#), ("nonsense", "{}"), ("replace", "{broken")]), .finishes)
        _ = try await bench.perform(model)
        let answers = model.requests[1].messages.suffix(3)
        #expect(answers.map(\.role) == [.tool, .tool, .tool])
        #expect(answers.map(\.toolCallID) == ["call0", "call1", "call2"])
    }

    @Test
    func theSameAnswersMakeTheSameEdits() async throws {
        func run() async throws -> (StageResult, [ChatRequest]) {
            let model = ScriptedModel(
                .calls(("list_files", [:]), ("search", ["text": "return"])),
                .calls(("write_file", ["path": "src/a.py", "content": "x = 1\n"]), ("run_tests", [:])),
                .calls(("replace", ["path": "src/a.py", "old": "1", "new": "2"])), .finishes)
            return (try await bench.perform(model), model.requests)
        }
        let (first, second) = (try await run(), try await run())
        #expect(first.0 == second.0)
        #expect(first.1 == second.1)
        #expect(first.0.text(of: "src/a.py") == "x = 2\n")
    }

    @Test
    func editsOfEarlierStagesAreSeenAndKept() async throws {
        var bench = bench
        bench.changes = ["src/new.py": .write(Array("stub\n".utf8), isExecutable: nil), "src/other.py": .delete]
        let model = ScriptedModel(
            .calls(("list_files", ["glob": "src/**"]), ("read_file", ["path": "src/new.py"])), .finishes)
        let result = try await bench.perform(model)
        let answers = model.requests[1].messages.suffix(2).map(\.text)
        #expect(answers == ["src/a.py\nsrc/new.py", "stub"])
        #expect(result.changes == bench.changes)
    }

    @Test
    func nothingAfterFinishIsRun() async throws {
        let model = ScriptedModel(
            .calls(("finish", [:]), ("write_file", ["path": "src/a.py", "content": "late"])))
        let result = try await bench.perform(model)
        #expect(result.outcome == .finished(summary: ""))
        #expect(result.changes.isEmpty)
    }

    @Test(arguments: [
        (ModelCallError.rateLimited(.init(status: 429, message: "slow down", attempts: 3)), Failure.Kind.rateLimit),
        (.server(.init(status: 503, message: "", attempts: 3)), .serverError),
        (.refused(.init(status: 401, message: "no", attempts: 1)), .refused),
        (.unreachable(host: "h", reason: "down"), .serverError),
        (.timeout(limit: "idle", seconds: 60), .timeout),
        (.cutStream(reason: "reset", attempts: 2), .serverError),
        (.invalidAnswer(reason: "html"), .serverError), (.oversizedAnswer(limitInBytes: 9), .workerGaveUp),
    ])
    func aFailedCallEndsTheAttemptAndKeepsItsEdits(error: ModelCallError, kind: Failure.Kind) async throws {
        let model = ScriptedModel([
            .answer(.calls(("write_file", ["path": "src/a.py", "content": "x"]))), .fail(error),
        ])
        let result = try await bench.perform(model)
        #expect(result.failure?.kind == kind)
        #expect(result.failure?.summary == error.description)
        #expect(result.callError == error)
        #expect(result.text(of: "src/a.py") == "x")
    }

    @Test
    func cancellationEndsACallInFlight() async throws {
        let model = ScriptedModel([.hang])
        let bench = bench
        let running = Task { try await bench.perform(model) }
        while model.requests.isEmpty { await Task.yield() }
        running.cancel()
        await #expect(throws: CancellationError.self) { try await running.value }
    }

    @Test
    func theTimeOfAnAttemptEndsACallInFlight() async throws {
        let clock = GateClock()
        let model = ScriptedModel([.answer(.calls(("write_file", ["path": "src/a.py", "content": "x"]))), .hang])
        let bench = bench
        let running = Task { try await bench.perform(model, clock: clock) }
        while model.requests.count < 2 { await Task.yield() }
        clock.gate.open()
        let result = try await running.value
        #expect(result.failure?.kind == .timeout)
        #expect(result.failure?.summary == "the attempt did not end within 900 s")
        #expect(result.text(of: "src/a.py") == "x")
    }

    @Test
    func brokenTestsAreAnErrorOfOursNotOfTheModel() async throws {
        struct Broken: Error {}
        struct BrokenTests: TestRunning {
            func runTests(_ changes: [String: FileChange]) async throws -> TestRunReport { throw Broken() }
        }
        var bench = bench
        bench.tests = BrokenTests()
        await #expect(throws: Broken.self) { try await bench.perform(ScriptedModel(.calls(("run_tests", [:])))) }
    }
}
