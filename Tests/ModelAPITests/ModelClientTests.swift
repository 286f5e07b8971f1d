import Ledger
import Metering
import ModelAPI
import Synchronization
import Testing
import Vocabulary

@Suite struct ModelClientTests {
    private static let usage = TokenUsage(input: 100, output: 7)

    @Test(.timeLimit(.minutes(1)))
    func anAnswerIsReturnedSettledAndRecorded() async throws {
        try await ScriptedServer.with { _ in
            [.send(Wire.answer("Hi"))]
        } _: { server in
            let fixture = ClientFixture(server.baseURL)
            let answer = try await fixture.call().get()
            #expect(answer == ChatAnswer(text: "Hi", finishReason: "stop", usage: Self.usage, model: "m-1"))
            #expect(fixture.meter.settlements == [.init(charge: .used(Self.usage, serviceTier: nil), hasAnswer: true)])
            #expect(fixture.meter.heldCount == 0)
            #expect(fixture.pacer.openPermits == 0)
            #expect(fixture.pacer.observations.map(\.tokens) == [107])
        }
    }

    @Test(.timeLimit(.minutes(1)))
    func theServerGetsExactlyTheBodyThatWasPriced() async throws {
        try await ScriptedServer.with { _ in
            [.send(Wire.answer("Hi"))]
        } _: { server in
            let fixture = ClientFixture(server.baseURL)
            _ = try await fixture.call()
            let request = try #require(server.requests.first)
            #expect(request.head.hasPrefix("POST /v1/chat/completions HTTP/1.1"))
            #expect([request.body] == fixture.meter.bodies)
            #expect(request.header("content-length") == "\(request.body.count)")
        }
    }

    @Test(
        .timeLimit(.minutes(1)),
        arguments: [
            ("authorization", "Bearer sk-very-secret"), ("content-type", "application/json"),
            ("openai-organization", "org"),
            ("x-extra", "1%0D%0A2"), ("x-moonshift-run", "r1"), ("x-moonshift-feature", "a.b"),
            ("x-moonshift-stage", "implement"), ("x-moonshift-attempt", "2"), ("x-moonshift-turn", "1"),
        ])
    func headersNameTheWorkAndCannotBeOverridden(name: String, value: String) async throws {
        try await ScriptedServer.with { _ in
            [.send(Wire.answer("Hi"))]
        } _: { server in
            var fixture = ClientFixture(server.baseURL)
            fixture.endpoint.headers = ["OpenAI-Organization": "org", "authorization": "Basic x"]
            var request = ClientFixture.request
            request.headers = ["X-Extra": "1\r\n2", "content-type": "x", "x-moonshift-run": "z"]
            _ = try await fixture.call(request, ClientFixture.attribution("a.b")).get()
            #expect(server.requests.first?.header(name) == value)
        }
    }

    @Test(.timeLimit(.minutes(1)))
    func nothingIsSentBeforeTheReservation() async throws {
        let sent = Atomic(0)
        let seen = Mutex<[Int]>([])
        try await ScriptedServer.with { _ in
            sent.add(1, ordering: .relaxed)
            return [.send(Wire.error(500))]
        } _: { server in
            let meter = FakeMeter { seen.withLock { $0.append(sent.load(ordering: .relaxed)) } }
            var fixture = ClientFixture(server.baseURL, meter: meter)
            fixture.endpoint.retries.limit = 2
            _ = try await fixture.call()
        }
        #expect(seen.withLock { $0 } == [0, 1, 2])
    }

    @Test(.timeLimit(.minutes(1)))
    func aBudgetRefusalSendsNothingAndIsNotRetried() async throws {
        try await ScriptedServer.with { _ in
            [.send(Wire.answer("Hi"))]
        } _: { server in
            var fixture = ClientFixture(server.baseURL, meter: FakeMeter(refusal: .budget(.stopped)))
            fixture.endpoint.retries.limit = 4
            let result = try await fixture.call()
            #expect(result == .failure(.budget(.stopped)))
            #expect(server.requests.isEmpty)
            #expect(fixture.meter.settlements.isEmpty)
            #expect(fixture.pacer.openPermits == 0)
            #expect(fixture.pacer.observations.count == 1)
        }
    }

    @Test(.timeLimit(.minutes(1)))
    func aRecordedAnswerIsFreeAndTheNextTurnIsNot() async throws {
        try await ScriptedServer.with { _ in
            [.send(Wire.answer("paid"))]
        } _: { server in
            var fixture = ClientFixture(server.baseURL)
            let place = RecordedAnswers.Place(batch: "b1", feature: "f1", stage: "implement", attempt: 2, turn: 1)
            fixture.answers = RecordedAnswers([(place, ChatAnswer(text: "free", finishReason: "stop", model: "m"))])
            try await fixture.withClient { client in
                let first = try await client.complete(ClientFixture.request, ClientFixture.attribution())
                #expect(first.text == "free")
                #expect(fixture.meter.reservations == 0)
                let second = try await client.complete(ClientFixture.request, ClientFixture.attribution(turn: 2))
                #expect(second.text == "paid")
            }
            #expect(fixture.meter.reservations == 1)
            #expect(server.requests.count == 1)
        }
    }

    @Test(.timeLimit(.minutes(1)))
    func connectionsAreReused() async throws {
        try await ScriptedServer.with { _ in
            [.send(Wire.answer("Hi"))]
        } _: { server in
            var fixture = ClientFixture(server.baseURL)
            fixture.endpoint.connectionIdleTimeout = .seconds(300)
            try await fixture.withClient { client in
                for turn in 1...5 {
                    _ = try await client.complete(ClientFixture.request, ClientFixture.attribution(turn: turn))
                }
            }
            #expect(server.connections == 1)
        }
    }

    // MARK: Retries

    @Test(.timeLimit(.minutes(1)))
    func everyAttemptHasItsOwnReservation() async throws {
        try await ScriptedServer.with { request in
            request.number < 3 ? [.send(Wire.error(503))] : [.send(Wire.answer("Hi"))]
        } _: { server in
            var fixture = ClientFixture(server.baseURL)
            fixture.endpoint.retries.limit = 4
            let answer = try await fixture.call().get()
            #expect(answer.text == "Hi")
            let failed = CallCharge.unknown(reason: "failed with 503")
            #expect(fixture.meter.charges == [failed, failed, failed, .used(Self.usage, serviceTier: nil)])
            #expect(fixture.meter.settlements.map(\.hasAnswer) == [false, false, false, true])
            #expect(fixture.clock.sleeps == [0.5, 1, 2].map { .seconds($0) })
        }
    }

    @Test(
        .timeLimit(.minutes(1)),
        arguments: [
            ("retry-after: 7", .seconds(7)), ("retry-after-ms: 250", .milliseconds(250)),
            ("retry-after: Sun, 06 Nov 1994 08:50:00 GMT", .seconds(23)), ("x-should-retry: true", .milliseconds(500)),
        ] as [(String, Duration)])
    func theWaitThatAServerAsksForIsKept(header: String, delay: Duration) async throws {
        try await ScriptedServer.with { request in
            request.number == 0 ? [.send(Wire.error(429, headers: [header]))] : [.send(Wire.answer("Hi"))]
        } _: { server in
            var fixture = ClientFixture(server.baseURL)
            fixture.endpoint.retries.rateLimitLimit = 1
            fixture.endpoint.retries.limit = 1
            let answer = try await fixture.call().get()
            #expect(answer.text == "Hi")
            #expect(fixture.clock.sleeps == [delay])
            #expect(fixture.meter.charges.first == .nothing(reason: "refused with 429"))
            #expect(fixture.pacer.observations.first?.status == 429)
        }
    }

    @Test(.timeLimit(.minutes(1)))
    func rateLimitHeadersReachThePacer() async throws {
        let headers = ["X-RateLimit-Remaining-Requests: 3", "Retry-After: 2", "x-other: 1"]
        try await ScriptedServer.with { _ in
            [.send(Wire.error(429, headers: headers))]
        } _: { server in
            let fixture = ClientFixture(server.baseURL)
            guard case .failure(.rateLimited(let reply)) = try await fixture.call() else {
                Issue.record("not rate limited")
                return
            }
            #expect(reply == .init(status: 429, message: "because", attempts: 1))
            let observation = try #require(fixture.pacer.observations.first)
            #expect(observation.headers == ["x-ratelimit-remaining-requests": "3"])
            #expect(observation.retryAfter == .seconds(2))
        }
    }

    @Test(
        .timeLimit(.minutes(1)),
        arguments: [
            Wire.error(429, type: "insufficient_quota", headers: ["retry-after: 1"]), Wire.error(400), Wire.error(401),
            Wire.error(403), Wire.error(404), Wire.error(413), Wire.error(402),
            Wire.plain(302, "", headers: ["location: /v2"]),
        ])
    func aFinalRefusalIsAskedOnceAndCostsNothing(answer: String) async throws {
        try await ScriptedServer.with { _ in
            [.send(answer)]
        } _: { server in
            var fixture = ClientFixture(server.baseURL)
            fixture.endpoint.retries = RetryPolicy()
            guard case .failure(.refused) = try await fixture.call() else {
                Issue.record("not refused")
                return
            }
            #expect(server.requests.count == 1)
            guard case .nothing = fixture.meter.charges.first else {
                Issue.record("charged")
                return
            }
            #expect(fixture.meter.heldCount == 0)
            #expect(fixture.clock.sleeps.isEmpty)
        }
    }

    @Test(.timeLimit(.minutes(1)))
    func aKeyInTheServersWordsIsBlottedOut() async throws {
        let body = #"{"error":{"message":"Incorrect API key provided: sk-very-secret"}}"#
        try await ScriptedServer.with { _ in
            [.send(Wire.plain(401, body))]
        } _: { server in
            guard case .failure(let error) = try await ClientFixture(server.baseURL).call() else {
                Issue.record("no error")
                return
            }
            #expect(!"\(error)".contains("very"))
            #expect("\(error)".contains("Incorrect API key provided: <secret>"))
        }
    }

    // MARK: Cancelling

    @Test(.timeLimit(.minutes(1)))
    func aCancelledStreamIsChargedAtItsFullHold() async throws {
        let gate = ThreadGate()
        try await ScriptedServer.with { _ in
            [.send(Wire.eventStream + Wire.piece(Wire.event(Wire.text("a")))), .perform { gate.pass() }]
        } _: { server in
            defer { gate.open() }
            let fixture = ClientFixture(server.baseURL)
            let result = try await fixture.withClient { client in
                let call = Task { () -> Result<ChatAnswer, ModelCallError> in
                    do throws(ModelCallError) {
                        return .success(try await client.complete(ClientFixture.request, ClientFixture.attribution()))
                    } catch {
                        return .failure(error)
                    }
                }
                await gate.arrival()
                call.cancel()
                return await call.value
            }
            #expect(result == .failure(.cancelled))
            #expect(fixture.meter.charges == [.unknown(reason: "cancelled")])
            #expect(fixture.meter.heldCount == 0)
            #expect(fixture.meter.faults.isEmpty)
            #expect(fixture.pacer.openPermits == 0)
        }
    }

    @Test(.timeLimit(.minutes(1)))
    func aTaskThatIsCancelledBeforehandSpendsNothing() async throws {
        try await ScriptedServer.with { _ in
            [.send(Wire.answer("Hi"))]
        } _: { server in
            let fixture = ClientFixture(server.baseURL)
            let error = try await fixture.withClient { client in
                await Task { () -> ModelCallError? in
                    withUnsafeCurrentTask { $0?.cancel() }
                    do throws(ModelCallError) {
                        _ = try await client.complete(ClientFixture.request, ClientFixture.attribution())
                        return nil
                    } catch {
                        return error
                    }
                }.value
            }
            #expect(error == .cancelled)
            #expect(fixture.meter.reservations == 0)
            #expect(server.requests.isEmpty)
        }
    }

    // MARK: Many at once

    @Test(.timeLimit(.minutes(1)))
    func twoHundredStreamsRunAtOnce() async throws {
        let gate = ThreadGate()
        try await ScriptedServer.with { request in
            let feature = request.header("x-moonshift-feature") ?? ""
            return [
                .send(Wire.eventStream + Wire.piece(Wire.event(Wire.text(feature)))), .perform { gate.pass() },
                .send(Wire.piece(Wire.event(Wire.finish()) + Wire.event(Wire.usage) + Wire.done) + Wire.end),
            ]
        } _: { server in
            let fixture = ClientFixture(server.baseURL)
            try await fixture.withClient { client in
                try await withThrowingTaskGroup(of: (String, ChatAnswer).self) { group in
                    for number in 0..<200 {
                        group.addTask {
                            let feature = "f\(number)"
                            let attribution = ClientFixture.attribution(FeatureID(rawValue: feature))
                            return (feature, try await client.complete(ClientFixture.request, attribution))
                        }
                    }
                    await gate.arrival(of: 200)
                    #expect(fixture.meter.heldCount == 200)
                    gate.open()
                    for try await (feature, answer) in group { #expect(answer.text == feature) }
                }
            }
            #expect(fixture.meter.charges == Array(repeating: .used(Self.usage, serviceTier: nil), count: 200))
            #expect(fixture.meter.heldCount == 0)
            #expect(fixture.meter.faults.isEmpty)
            #expect(fixture.pacer.openPermits == 0)
        }
    }

    @Test(.timeLimit(.minutes(1)))
    func noHoldLeaksUnderAMixOfFaults() async throws {
        let half = Wire.eventStream + Wire.piece(Wire.event(Wire.text("half")))
        let scripts: [[ScriptedServer.Step]] = [
            [.send(Wire.answer("Hi"))], [.send(Wire.error(500))], [.send(Wire.error(429))], [.send(half), .reset],
            [.close],
            [.send(half), .close], [.send(Wire.error(400))], [.send(Wire.eventStream + Wire.end)],
            [.send("nonsense\r\n\r\n")],
            [.reset], [.send(Wire.plain(200, "<html>"))], [.send(Wire.plain(200, #"{"error":{"message":"m"}}"#))],
        ]
        try await ScriptedServer.with {
            scripts[$0.number % scripts.count]
        } _: { server in
            var fixture = ClientFixture(server.baseURL)
            fixture.endpoint.retries = RetryPolicy()
            try await fixture.withClient { client in
                await withTaskGroup(of: Void.self) { group in
                    for number in 0..<120 {
                        group.addTask {
                            _ = try? await client.complete(
                                ClientFixture.request, ClientFixture.attribution(turn: number))
                        }
                    }
                }
            }
            #expect(fixture.meter.reservations == server.requests.count)
            #expect(fixture.meter.settlements.count == fixture.meter.reservations)
            #expect(fixture.meter.heldCount == 0)
            #expect(fixture.meter.faults.isEmpty)
            #expect(fixture.pacer.openPermits == 0)
            #expect(fixture.pacer.observations.count == fixture.meter.reservations)
        }
    }
}
