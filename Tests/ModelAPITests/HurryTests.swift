import Metering
import ModelAPI
import MoonshiftTestSupport
import Testing

/// Calls of a run that somebody waits for to end.
@Suite(.timeLimit(.minutes(1))) struct HurryTests {
    private static let patient = CallEnvironment.Hurry(silence: .seconds(3_600), isOn: { true }, begins: {})

    @Test func aSilentCallIsGivenUpAtItsFullHold() async throws {
        let answer = ThreadGate()
        let interrupt = Gate()
        try await ScriptedServer.with { _ in
            [.perform { answer.pass() }]
        } _: { server in
            var fixture = ClientFixture(server.baseURL)
            fixture.hurry = CallEnvironment.Hurry(silence: .milliseconds(1), isOn: { true }) {
                try? await interrupt.pass()
            }
            async let call = fixture.call()
            await answer.arrival()
            interrupt.open()
            let result = try await call
            #expect(result == .failure(.timeout(limit: "stop", seconds: 0.001)))
            #expect(fixture.meter.settlements == [.init(charge: .unknown(reason: "timeout"), hasAnswer: false)])
            answer.open()
        }
    }

    @Test func aCallThatWasNotSentIsFree() async throws {
        try await ScriptedServer.withRefusingPort { port in
            var fixture = ClientFixture("http://127.0.0.1:\(port)/v1")
            fixture.hurry = Self.patient
            let result = try await fixture.call()
            guard case .failure(.unreachable) = result else {
                Issue.record("\(result)")
                return
            }
            #expect(fixture.meter.settlements == [.init(charge: .nothing(reason: "unreachable"), hasAnswer: false)])
        }
    }

    @Test func theRateLimitIsNotWaitedForEndlessly() async throws {
        let meter = FakeMeter()
        let client = ModelClient(
            configuration: ModelEndpoint(baseURL: "http://127.0.0.1:1/v1"), meter: meter, pacer: StuckPacer(),
            environment: CallEnvironment(
                hurry: CallEnvironment.Hurry(silence: .milliseconds(1), isOn: { true }, begins: {})))
        await #expect(throws: ModelCallError.self) {
            _ = try await client.complete(ClientFixture.request, ClientFixture.attribution())
        }
        #expect(meter.reservations == 0)
        await client.shutdown()
    }

    @Test func aCallThatSpeaksIsReadToItsEnd() async throws {
        try await ScriptedServer.with { _ in
            [.send(Wire.answer("Hi"))]
        } _: { server in
            var fixture = ClientFixture(server.baseURL)
            fixture.hurry = Self.patient
            let answer = try await fixture.call().get()
            #expect(answer.text == "Hi")
        }
    }

    @Test func aFailedCallIsNotSentAgain() async throws {
        try await ScriptedServer.with { _ in
            [.send(Wire.error(503))]
        } _: { server in
            var fixture = ClientFixture(server.baseURL)
            fixture.endpoint.retries.limit = 4
            fixture.hurry = Self.patient
            guard case .failure(.server(let reply)) = try await fixture.call() else { return #expect(Bool(false)) }
            #expect(reply.status == 503)
            #expect(reply.attempts == 1)
            #expect(server.requests.count == 1)
        }
    }
}

/// A limit that never opens.
private struct StuckPacer: CallPacer {
    func wait(model: String, tokens: Int) async throws(CancellationError) {
        do { try await Task.sleep(for: .seconds(3_600)) } catch { throw CancellationError() }
    }

    func finish(_ permit: Void, _ observation: PaceObservation) {}
}
