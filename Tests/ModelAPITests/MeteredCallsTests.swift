import Ledger
import Metering
import ModelAPI
import MoonshiftTestSupport
import Testing
import Vocabulary

/// The client with the real meter, ledger and rate limiter.
@Suite struct MeteredCallsTests {
    /// A picodollar a token, ten for output; `fast` service costs double.
    private static let price = ModelPrice(
        model: "gpt-4-test", standard: RateCard(base: TokenRates(input: Picodollars(1), output: Picodollars(10))),
        services: [.priority: RateCard(base: TokenRates(input: Picodollars(2), output: Picodollars(20)))])
    private static let prices = PriceBook(name: "test prices", date: nil, prices: [price])
    private static let request = ChatRequest(model: "gpt-4-test", messages: [.user("Hello")], maxOutputTokens: 50)

    private static func attribution(turn: Int = 1) -> Attribution {
        Attribution(
            run: "r1", feature: "f1", stage: "implement", attempt: 1, turn: turn, worker: "chat", model: "gpt-4-test")
    }

    /// A ledger in a folder of its own.
    private static func withLedger(_ body: (Ledger) async throws -> Void) async throws {
        let directory = try TemporaryDirectory("model-api")
        defer { directory.remove() }
        let ledger = try Ledger.open(path: directory.path(of: "ledger.sqlite"))
        try await body(ledger)
        try await ledger.close()
    }

    private static func call(
        _ server: ScriptedServer, _ meter: Meter, request: ChatRequest = request,
        limiter: RateLimiter = RateLimiter(), answers: RecordedAnswers = RecordedAnswers(), retries: Int = 0
    ) async throws -> Result<ChatAnswer, ModelCallError> {
        var endpoint = ModelEndpoint(baseURL: server.baseURL)
        endpoint.retries.limit = retries
        endpoint.retries.rateLimitLimit = retries
        let client = ModelClient(
            configuration: endpoint, meter: meter, limiter: limiter, answers: answers,
            environment: CallEnvironment(clock: InstantClock()))
        let result: Result<ChatAnswer, ModelCallError>
        do throws(ModelCallError) {
            result = .success(try await client.complete(request, attribution()))
        } catch {
            result = .failure(error)
        }
        await client.shutdown()
        return result
    }

    private static func meter(_ ledger: Ledger, cap: Picodollars? = nil) -> Meter {
        Meter(ledger: ledger, run: "r1", prices: prices, caps: Caps(run: cap))
    }

    @Test(.timeLimit(.minutes(1)))
    func anAnswerCostsItsExactPriceAndIsFoundAgainByAResume() async throws {
        try await Self.withLedger { ledger in
            try await ScriptedServer.with { _ in
                [.send(Wire.answer("Hi"))]
            } _: { server in
                let meter = Self.meter(ledger)
                let answer = try await Self.call(server, meter).get()
                #expect(meter.snapshot().run == BudgetAccount(settled: Picodollars(170)))
                let events = try await ledger.events(of: "r1")
                let resumed = try await Self.call(server, meter, answers: RecordedAnswers(events)).get()
                #expect(resumed == answer)
                #expect(server.requests.count == 1)
                #expect(meter.snapshot().run.settled == Picodollars(170))
            }
        }
    }

    @Test(.timeLimit(.minutes(1)))
    func theWorstPriceIsHeldWhileTheCallRuns() async throws {
        let gate = ThreadGate()
        try await Self.withLedger { ledger in
            try await ScriptedServer.with { _ in
                [.perform { gate.pass() }, .send(Wire.answer("Hi"))]
            } _: { server in
                let meter = Self.meter(ledger, cap: .dollar)
                async let answer = Self.call(server, meter)
                await gate.arrival()
                let body = try #require(server.requests.first).body
                // A token for every byte, what the vendor adds, and the whole output.
                let worst = Picodollars(Int64(body.count + InputBound.hiddenTokens + 10 * 50))
                #expect(meter.snapshot().run.held == worst)
                gate.open()
                _ = try await answer.get()
                #expect(meter.snapshot().run.held == .zero)
            }
        }
    }

    @Test(.timeLimit(.minutes(1)))
    func theServiceThatWasUsedDecidesThePrice() async throws {
        let tier = Wire.event(#"{"service_tier":"priority","choices":[]}"#)
        let answer = Wire.eventStream + Wire.piece(tier + Wire.events("Hi")) + Wire.end
        try await Self.withLedger { ledger in
            try await ScriptedServer.with { _ in
                [.send(answer)]
            } _: { server in
                let meter = Self.meter(ledger)
                _ = try await Self.call(server, meter).get()
                #expect(meter.snapshot().run.settled == Picodollars(340))
            }
        }
    }

    @Test(.timeLimit(.minutes(1)))
    func aCapThatIsTooSmallSendsNothing() async throws {
        try await Self.withLedger { ledger in
            try await ScriptedServer.with { _ in
                [.send(Wire.answer("Hi"))]
            } _: { server in
                let result = try await Self.call(server, Self.meter(ledger, cap: Picodollars(100)), retries: 4)
                guard case .failure(.budget(.capReached(.run, _, _, _))) = result else {
                    Issue.record("not refused: \(result)")
                    return
                }
                #expect(server.requests.isEmpty)
            }
        }
    }

    @Test(.timeLimit(.minutes(1)))
    func aModelWithoutPriceSendsNothing() async throws {
        try await Self.withLedger { ledger in
            try await ScriptedServer.with { _ in
                [.send(Wire.answer("Hi"))]
            } _: { server in
                var request = Self.request
                request.model = "mystery"
                let result = try await Self.call(server, Self.meter(ledger), request: request)
                #expect(result == .failure(.unpriced(.unknownModel("mystery", book: "test prices"))))
                #expect(server.requests.isEmpty)
            }
        }
    }

    @Test(.timeLimit(.minutes(1)))
    func failedAttemptsAreChargedAtTheirHolds() async throws {
        try await Self.withLedger { ledger in
            try await ScriptedServer.with { request in
                request.number == 0 ? [.close] : [.send(Wire.answer("Hi"))]
            } _: { server in
                let meter = Self.meter(ledger)
                _ = try await Self.call(server, meter, retries: 1).get()
                let held = try await ledger.events(of: "r1").compactMap { event in
                    if case .callReserved(let reserved) = event.body { reserved.amount } else { nil }
                }
                #expect(held.count == 2)
                #expect(meter.snapshot().run == BudgetAccount(settled: held[0] + Picodollars(170)))
            }
        }
    }

    @Test(.timeLimit(.minutes(1)))
    func aWaitThatAServerAsksForPausesAllCalls() async throws {
        let clock = InstantClock()
        let limiter = RateLimiter(clock: clock)
        try await Self.withLedger { ledger in
            try await ScriptedServer.with { request in
                request.number == 0 ? [.send(Wire.error(429, headers: ["retry-after: 7"]))] : [.send(Wire.answer("Hi"))]
            } _: { server in
                let meter = Self.meter(ledger)
                guard case .failure(.rateLimited) = try await Self.call(server, meter, limiter: limiter) else {
                    Issue.record("not limited")
                    return
                }
                _ = try await Self.call(server, meter, limiter: limiter).get()
                #expect(clock.sleeps == [.seconds(7)])
            }
        }
    }
}
