import Logging
import LoopbackHTTP
import SimulatedModel
import Testing
import Vocabulary

@Suite(.timeLimit(.minutes(1)))
struct WireTests {
    private let logger = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
    private let demo = DemoRepository(features: 12, batches: 2, seed: 1).generate()

    private func serving(
        _ configuration: SimulatedModelServer.Configuration = .init(),
        _ body: (SimulatedModelServer) async throws -> Void
    ) async throws {
        try await SimulatedModelServer.withServer(
            solutions: demo.solutions, configuration, logger: logger, body)
    }

    private func ask(
        _ server: SimulatedModelServer, _ fields: [String: Value] = [:], headers: [String: String] = [:]
    ) async throws -> HTTPReply {
        let plain: [String: Value] = ["model": "gpt-4", "messages": [["role": "user", "content": "hello"]]]
        let body = Value.map(plain.merging(fields) { $1 }).json
        return try await LoopbackHTTP.request(
            "/v1/chat/completions", method: "POST", port: server.port, headers: headers, body: Array(body.utf8))
    }

    private var feature: [String: String] {
        ["X-Moonshift-Feature": demo.solutions[0].feature.rawValue, "X-Moonshift-Stage": "test"]
    }

    @Test func aRequestWithoutAFeatureGetsASentence() async throws {
        try await serving { server in
            let reply = try await ask(server)
            let answer = try ReadAnswer(reply, isStreaming: false)
            #expect(answer.finishReason == "stop")
            #expect(answer.message["content"]?.stringValue?.contains("simulated") == true)
            #expect(server.calls.first?.feature == nil)
        }
    }

    @Test func usageComesWithADocumentAndWithAStreamThatAsksForIt() async throws {
        try await serving { server in
            let document = try ReadAnswer(await ask(server), isStreaming: false)
            let silent = try ReadAnswer(await ask(server, ["stream": true]), isStreaming: true)
            let options: Value = ["include_usage": true]
            let stream = try ReadAnswer(
                await ask(server, ["stream": true, "stream_options": options]), isStreaming: true)
            #expect(silent.usage == nil)
            #expect(stream.message == document.message)
            let bill = server.statistics.total
            let billed = [document.usage, stream.usage].compactMap { $0?["completion_tokens"]?.integerValue }
            #expect(billed.count == 2)
            #expect(bill.completionTokens == billed[0] + billed[1] + billed[0])
        }
    }

    @Test func anAnswerNeverPassesTheOutputLimit() async throws {
        try await serving { server in
            let tools: Value = [["type": "function", "function": ["name": "write_file"]]]
            let reply = try await ask(server, ["tools": tools, "max_tokens": 9], headers: feature)
            let answer = try ReadAnswer(reply, isStreaming: false)
            #expect(answer.finishReason == "length")
            #expect(try #require(answer.usage?["completion_tokens"]?.integerValue) <= 9)
        }
    }

    @Test func modelsAndLimitsAreTold() async throws {
        try await serving { server in
            let models = try await LoopbackHTTP.request("/v1/models", port: server.port)
            let names = try Value(json: models.body)["data"]?.listValue?.compactMap { $0["id"]?.stringValue }
            #expect(names == ["gpt-4", "gpt-4-turbo", "gpt-3.5-turbo"])
            let reply = try await ask(server)
            for name in ["limit", "remaining", "reset"].flatMap({ ["\($0)-requests", "\($0)-tokens"] }) {
                #expect(reply.headers["x-ratelimit-\(name)"] != nil)
            }
        }
    }

    @Test func badRequestsAreTold() async throws {
        try await serving(.init(key: "right")) { server in
            let port = server.port
            let noJSON = try await LoopbackHTTP.request(
                "/v1/chat/completions", method: "POST", port: port, headers: ["authorization": "Bearer right"],
                body: Array("{".utf8))
            let wrongKey = try await ask(server, headers: ["authorization": "Bearer wrong"])
            let nothing = try await LoopbackHTTP.request("/v2", port: port)
            let wrongMethod = try await LoopbackHTTP.request("/v1/chat/completions", port: port)
            #expect([noJSON, wrongKey, nothing, wrongMethod].map(\.status) == [400, 401, 404, 405])
            #expect(server.statistics.total.calls == 0)
        }
    }

    @Test func aFullBucketRefusesWithAWait() async throws {
        let limit = SimulatedRateLimit(requestsPerMinute: 2, tokensPerMinute: 1_000_000)
        try await serving(.init(rateLimit: limit)) { server in
            let statuses = [try await ask(server), try await ask(server), try await ask(server)]
            #expect(statuses.map(\.status) == [200, 200, 429])
            #expect(statuses[2].headers["retry-after"].flatMap { Int($0) }.map { (1...30).contains($0) } == true)
            #expect(statuses[2].headers["retry-after-ms"] != nil)
            #expect(server.statistics.total.calls == 3)
        }
    }

    @Test(arguments: SimulatedFault.allCases, [true, false])
    func everyFaultLooksAndCostsAsItSays(fault: SimulatedFault, isStreaming: Bool) async throws {
        let faults = FaultProfile(
            name: "one", perCall: [fault: 1], slowDelay: .milliseconds(1), retryAfter: .milliseconds(1_500),
            maximumPerAttempt: 9, maximumInARow: 9, lastFaultyAttempt: 9)
        try await serving(.init(faults: faults)) { server in
            let tools: Value = [["type": "function", "function": ["name": "write_file"]]]
            let reply = try await ask(server, ["tools": tools, "stream": .bool(isStreaming)], headers: feature)
            let bill = server.statistics.total
            #expect(server.statistics.faults == [fault.rawValue: 1])
            #expect((bill.completionTokens > 0) == ![.tooManyRequests, .serverError].contains(fault))
            switch fault {
            case .tooManyRequests:
                #expect(reply.status == 429)
                #expect(reply.headers["retry-after-ms"] == "1500")
                #expect(reply.headers["retry-after"] == "2")
            case .serverError, .serverErrorAfterWork:
                #expect(reply.status == 500)
            case .cutStream:
                #expect(reply.status == 200)
                #expect(!reply.isComplete)
                #expect(!reply.text.contains("[DONE]"))
            case .slow, .malformedToolCall, .unknownTool, .missingFinishReason:
                let answer = try ReadAnswer(reply, isStreaming: isStreaming)
                let function = answer.message["tool_calls"]?.listValue?.first?["function"]
                let arguments = function?["arguments"]?.stringValue ?? ""
                #expect((answer.finishReason == nil) == (fault == .missingFinishReason))
                #expect((function?["name"]?.stringValue == "write_file") == (fault != .unknownTool))
                #expect(((try? Value(json: Array(arguments.utf8))) == nil) == (fault == .malformedToolCall))
            }
        }
    }

    @Test func statisticsAndLogAreReadableOverHTTP() async throws {
        try await serving(.init(logCapacity: 2)) { server in
            for _ in 0..<3 { _ = try await ask(server, headers: feature) }
            let statistics = try await LoopbackHTTP.request("/_simulated/statistics", port: server.port)
            #expect(try Value(json: statistics.body).decoded() == server.statistics)
            let log = try await LoopbackHTTP.request("/_simulated/log", port: server.port)
            #expect(try Value(json: log.body).decoded() == server.calls)
            #expect(server.calls.map(\.sequence) == [2, 3])
            #expect(server.statistics.features[demo.solutions[0].feature.rawValue]?.calls == 3)
            let price = server.statistics.total.price(inputToken: Picodollars(2), outputToken: Picodollars(3))
            let total = server.statistics.total
            #expect(price == Picodollars(Int64(2 * total.promptTokens + 3 * total.completionTokens)))
        }
    }
}
