import Ledger
import Metering
import ModelAPI
import Testing

/// Every way in which an answer can go wrong on the wire, over real connections, each with what it costs and what it becomes.
@Suite struct FaultTests {
    struct Fault: Sendable, CustomTestStringConvertible {
        var name: String
        var steps: [ScriptedServer.Step]
        var charge: CallCharge
        /// Whether the error is the right one.
        var isRight: @Sendable (ModelCallError) -> Bool

        var testDescription: String { name }
    }

    private static let usage = CallCharge.used(TokenUsage(input: 100, output: 7), serviceTier: nil)
    private static let half = Wire.eventStream + Wire.piece(Wire.event(Wire.text("half")))

    @Sendable private static func isCut(_ error: ModelCallError) -> Bool {
        if case .cutStream(_, attempts: 1) = error { true } else { false }
    }

    @Sendable private static func isInvalid(_ error: ModelCallError) -> Bool {
        if case .invalidAnswer = error { true } else { false }
    }

    private static func reported(_ type: String) -> String {
        half + Wire.piece(Wire.event(#"{"error":{"message":"because","type":"\#(type)"}}"#)) + Wire.end
    }

    private static let faults: [Fault] = [
        Fault(
            name: "closed without an answer", steps: [.close], charge: .unknown(reason: "connection lost"),
            isRight: isCut),
        Fault(
            name: "reset without an answer", steps: [.reset], charge: .unknown(reason: "connection lost"),
            isRight: isCut),
        Fault(
            name: "closed inside the head", steps: [.send("HTTP/1.1 200 OK\r\ncontent-t"), .close],
            charge: .unknown(reason: "connection lost"), isRight: isCut),
        Fault(
            name: "closed in the stream", steps: [.send(half), .close], charge: .unknown(reason: "connection lost"),
            isRight: isCut),
        Fault(
            name: "closed inside an event", steps: [.send(Wire.eventStream + Wire.piece("data: {\"choi")), .close],
            charge: .unknown(reason: "connection lost"), isRight: isCut),
        Fault(
            name: "closed inside a chunk", steps: [.send(Wire.eventStream + "40\r\ndata: {"), .close],
            charge: .unknown(reason: "connection lost"), isRight: isCut),
        Fault(
            name: "reset in the stream", steps: [.send(half), .reset], charge: .unknown(reason: "connection lost"),
            isRight: isCut),
        Fault(
            name: "closed after the usage without finish reason",
            steps: [.send(half + Wire.piece(Wire.event(Wire.usage))), .close], charge: usage, isRight: isCut),
        Fault(
            name: "orderly end without finish reason or usage", steps: [.send(half + Wire.piece(Wire.done) + Wire.end)],
            charge: .unknown(reason: "cut stream"), isRight: isCut),
        Fault(
            name: "empty stream", steps: [.send(Wire.eventStream + Wire.end)], charge: .unknown(reason: "cut stream"),
            isRight: isCut),
        Fault(
            name: "empty body", steps: [.send(Wire.plain(200, ""))], charge: .unknown(reason: "cut stream"),
            isRight: isCut),
        Fault(
            name: "no HTTP", steps: [.send("ceci n'est pas HTTP\r\n\r\n"), .close],
            charge: .unknown(reason: "connection lost"),
            isRight: isCut),
        Fault(
            name: "endless head",
            steps: [.send("HTTP/1.1 200 OK\r\n" + String(repeating: "x-a: b\r\n", count: 40_000)), .close],
            charge: .unknown(reason: "connection lost"), isRight: isCut),
        Fault(
            name: "garbage in the stream", steps: [.send(half + Wire.piece(Wire.event("{oops")) + Wire.end)],
            charge: .unknown(reason: "invalid answer"), isRight: isInvalid),
        Fault(
            name: "garbage after the usage",
            steps: [.send(half + Wire.piece(Wire.event(Wire.usage) + Wire.event("{oops")) + Wire.end)],
            charge: usage, isRight: isInvalid),
        Fault(
            name: "a page", steps: [.send(Wire.plain(200, "<html>Log in</html>", type: "text/html"))],
            charge: .unknown(reason: "invalid answer"), isRight: isInvalid),
        Fault(
            name: "another document", steps: [.send(Wire.plain(200, #"{"status":"ok"}"#))],
            charge: .unknown(reason: "invalid answer"), isRight: isInvalid),
        Fault(
            name: "too large",
            steps: [
                .send(
                    Wire.eventStream + Wire.piece(Wire.event(Wire.text(String(repeating: "x", count: 70_000))))
                        + Wire.end)
            ],
            charge: .unknown(reason: "invalid answer"),
            isRight: { $0 == .oversizedAnswer(limitInBytes: 64 << 10) }),
        Fault(
            name: "error in the stream", steps: [.send(reported("server_error"))],
            charge: .unknown(reason: "error in the stream"),
            isRight: { $0 == .server(.init(status: 200, message: "because", attempts: 1)) }),
        Fault(
            name: "rate limit in the stream", steps: [.send(reported("rate_limit_error"))],
            charge: .unknown(reason: "error in the stream"),
            isRight: { $0 == .rateLimited(.init(status: 200, message: "because", attempts: 1)) }),
        Fault(
            name: "quota in the stream", steps: [.send(reported("insufficient_quota"))],
            charge: .unknown(reason: "error in the stream"),
            isRight: { $0 == .refused(.init(status: 200, message: "because", attempts: 1)) }),
        Fault(
            name: "error document with 200", steps: [.send(Wire.plain(200, #"{"error":{"message":"because"}}"#))],
            charge: .unknown(reason: "error in the stream"),
            isRight: { $0 == .server(.init(status: 200, message: "because", attempts: 1)) }),
        Fault(
            name: "500", steps: [.send(Wire.error(500))], charge: .unknown(reason: "failed with 500"),
            isRight: { $0 == .server(.init(status: 500, message: "because", attempts: 1)) }),
        Fault(
            name: "502 with a page", steps: [.send(Wire.plain(502, "<h1>Bad Gateway</h1>", type: "text/html"))],
            charge: .unknown(reason: "failed with 502"),
            isRight: { $0 == .server(.init(status: 502, message: "<h1>Bad Gateway</h1>", attempts: 1)) }),
        Fault(
            name: "400 cut inside its body", steps: [.send("HTTP/1.1 400 X\r\ncontent-length: 100\r\n\r\n{"), .close],
            charge: .nothing(reason: "refused with 400"),
            isRight: { $0 == .refused(.init(status: 400, message: "", attempts: 1)) }),
    ]

    @Test(.timeLimit(.minutes(1)), arguments: faults)
    func isChargedAndNamed(fault: Fault) async throws {
        try await ScriptedServer.with { _ in
            fault.steps
        } _: { server in
            var fixture = ClientFixture(server.baseURL)
            fixture.endpoint.responseLimitInBytes = 64 << 10
            let result = try await fixture.call()
            guard case .failure(let error) = result else {
                Issue.record("an answer: \(result)")
                return
            }
            #expect(fault.isRight(error), "\(error)")
            #expect(fixture.meter.settlements == [.init(charge: fault.charge, hasAnswer: false)])
            #expect(fixture.meter.heldCount == 0)
            #expect(fixture.pacer.openPermits == 0)
            #expect(!"\(error)".contains("very-secret"))
        }
    }

    @Test(.timeLimit(.minutes(1)), arguments: faults)
    func isFollowedByASecondAttemptOrByNone(fault: Fault) async throws {
        try await ScriptedServer.with { request in
            request.number == 0 ? fault.steps : [.send(Wire.answer("Hi"))]
        } _: { server in
            var fixture = ClientFixture(server.baseURL)
            fixture.endpoint.responseLimitInBytes = 64 << 10
            fixture.endpoint.retries.limit = 1
            fixture.endpoint.retries.rateLimitLimit = 1
            switch try await fixture.call() {
            case .success(let answer):
                #expect(answer.text == "Hi")
                #expect(fixture.meter.charges == [fault.charge, Self.usage])
            case .failure(let error):
                #expect(!error.isWorthRetryingLater)
                #expect(server.requests.count == 1)
            }
        }
    }

    // MARK: Broken, and yet an answer

    @Test(
        .timeLimit(.minutes(1)),
        arguments: [
            // All but the last bytes came.
            (Wire.piece(Wire.event(Wire.finish()) + Wire.event(Wire.usage)), false, usage),
            (Wire.piece(Wire.event(Wire.finish())), false, .unknown(reason: "answered without usage")),
            (
                Wire.piece(Wire.event(Wire.finish()) + Wire.done) + Wire.end, false,
                .unknown(reason: "answered without usage")
            ),
            (Wire.piece(Wire.event(Wire.usage) + Wire.done) + Wire.end, true, usage),
        ] as [(String, Bool, CallCharge)])
    func whatIsKnownToBeWholeIsAnAnswer(rest: String, isTruncated: Bool, charge: CallCharge) async throws {
        try await ScriptedServer.with { _ in
            [.send(Self.half + rest), .close]
        } _: { server in
            let fixture = ClientFixture(server.baseURL)
            let answer = try await fixture.call().get()
            #expect(answer.text == "half")
            #expect(answer.isStreamTruncated == isTruncated)
            #expect(fixture.meter.settlements == [.init(charge: charge, hasAnswer: true)])
        }
    }

    @Test(.timeLimit(.minutes(1)))
    func aPlainDocumentAnswersAStreamRequest() async throws {
        let body = """
            {"model":"m","choices":[{"index":0,"message":{"content":"whole"},"finish_reason":"stop"}],\
            "usage":{"prompt_tokens":100,"completion_tokens":7}}
            """
        try await ScriptedServer.with { _ in
            [.send(Wire.plain(200, body))]
        } _: { server in
            let fixture = ClientFixture(server.baseURL)
            let answer = try await fixture.call().get()
            #expect(answer.text == "whole")
            #expect(fixture.meter.charges == [Self.usage])
        }
    }

    @Test(.timeLimit(.minutes(1)))
    func anAnswerInSingleBytesIsTheSameAnswer() async throws {
        let pieces = Array(Wire.events("Häl\u{1F600}lo").utf8).map { byte in
            "1\r\n".utf8 + [byte] + "\r\n".utf8
        }
        let steps: [ScriptedServer.Step] = [
            .send(Wire.eventStream), .sendBytes(Array(pieces.joined())), .send(Wire.end),
        ]
        try await ScriptedServer.with { _ in
            steps
        } _: { server in
            let answer = try await ClientFixture(server.baseURL).call().get()
            #expect(answer.text == "Häl\u{1F600}lo")
        }
    }

    // MARK: Silence

    @Test(.timeLimit(.minutes(1)), arguments: ["", "HTTP/1.1 200 OK\r\n", half])
    func silenceEndsAtTheIdleLimit(beginning: String) async throws {
        let gate = ThreadGate()
        defer { gate.open() }
        try await ScriptedServer.with { _ in
            [.send(beginning), .perform { gate.pass() }]
        } _: { server in
            var fixture = ClientFixture(server.baseURL)
            fixture.endpoint.idleTimeout = .milliseconds(100)
            let result = try await fixture.call()
            #expect(result == .failure(.timeout(limit: "idle", seconds: 0.1)))
            #expect(fixture.meter.charges == [.unknown(reason: "timeout")])
            gate.open()
        }
    }

    @Test(.timeLimit(.minutes(1)))
    func anEndlessStreamEndsAtTheOverallLimit() async throws {
        let drops = Array(repeating: ScriptedServer.Step.send(Wire.piece(": ping\n\n")), count: 200)
        let slow = drops.flatMap { [$0, .pause(milliseconds: 10)] }
        try await ScriptedServer.with { _ in
            [.send(Self.half)] + slow
        } _: { server in
            var fixture = ClientFixture(server.baseURL)
            fixture.endpoint.overallTimeout = .milliseconds(500)
            let result = try await fixture.call()
            #expect(result == .failure(.timeout(limit: "overall", seconds: 0.5)))
            #expect(fixture.meter.charges == [.unknown(reason: "timeout")])
        }
    }

    @Test(.timeLimit(.minutes(1)))
    func aServerThatNeverAnswersEndsAtTheOverallLimit() async throws {
        let gate = ThreadGate()
        defer { gate.open() }
        try await ScriptedServer.with { _ in
            [.perform { gate.pass() }]
        } _: { server in
            var fixture = ClientFixture(server.baseURL)
            fixture.endpoint.overallTimeout = .seconds(1)
            let result = try await fixture.call()
            #expect(result == .failure(.timeout(limit: "overall", seconds: 1)))
            #expect(fixture.meter.charges == [.unknown(reason: "timeout")])
            gate.open()
        }
    }

    // MARK: Never sent

    @Test(.timeLimit(.minutes(1)))
    func aRefusedConnectionCostsNothingAndIsTriedAgain() async throws {
        try await ScriptedServer.withRefusingPort { port in
            var fixture = ClientFixture("http://127.0.0.1:\(port)/v1")
            fixture.endpoint.retries.limit = 2
            let result = try await fixture.call()
            guard case .failure(.unreachable(let host, let reason)) = result else {
                Issue.record("\(result)")
                return
            }
            #expect(host == "127.0.0.1")
            #expect(reason.contains("refused"), "\(reason)")
            #expect(fixture.meter.charges == Array(repeating: .nothing(reason: "unreachable"), count: 3))
            #expect(fixture.clock.sleeps.count == 2)
        }
    }

    @Test(.timeLimit(.minutes(1)))
    func aFailedHandshakeCostsNothing() async throws {
        try await ScriptedServer.with { _ in
            []
        } _: { server in
            let fixture = ClientFixture("https://127.0.0.1:\(server.port)/v1")
            guard case .failure(.unreachable) = try await fixture.call() else {
                Issue.record("reached")
                return
            }
            #expect(fixture.meter.charges == [.nothing(reason: "unreachable")])
        }
    }

    @Test(.timeLimit(.minutes(1)), arguments: ["", "nonsense", "ftp://h/v1", "http:///v1"])
    func aWrongAddressIsTriedOnceAndCostsNothing(baseURL: String) async throws {
        var fixture = ClientFixture(baseURL)
        fixture.endpoint.retries.limit = 4
        guard case .failure(.unreachable) = try await fixture.call() else {
            Issue.record("reached")
            return
        }
        #expect(fixture.meter.charges == [.nothing(reason: "unreachable")])
    }
}
