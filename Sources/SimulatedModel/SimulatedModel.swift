import Vocabulary
import WebServer

/// Answers the requests of a ``SimulatedModelServer``.
struct SimulatedModel: Sendable {
    let book: CallBook
    let faults: FaultPlan
    private let solutions: [FeatureID: SimulatedSolution]
    private let configuration: SimulatedModelServer.Configuration
    private let bucket: RequestBucket
    private let clock: any Clock<Duration>

    init(
        solutions: [SimulatedSolution], _ configuration: SimulatedModelServer.Configuration,
        clock: any Clock<Duration>
    ) {
        self.configuration = configuration
        self.clock = clock
        self.solutions = Dictionary(solutions.map { ($0.feature, $0) }, uniquingKeysWith: { first, _ in first })
        book = CallBook(capacity: configuration.logCapacity)
        faults = FaultPlan(profile: configuration.faults, seed: configuration.seed, solutions: solutions)
        bucket = RequestBucket(limit: configuration.rateLimit)
    }

    func answer(_ request: WebRequest) async throws -> WebResponse {
        switch (request.method, request.path) {
        case ("POST", "/v1/chat/completions"):
            book.began()
            defer { book.ended() }
            return try await complete(request)
        case ("GET", "/v1/models"):
            return .json(models.json)
        case ("GET", "/_simulated/statistics"):
            return .json(try Value(encoding: book.statistics).json)
        case ("GET", "/_simulated/log"):
            return .json(try Value(encoding: book.calls).json)
        case (_, "/v1/chat/completions"), (_, "/v1/models"):
            return .failure(405, "this address does not take \(request.method)", code: "method_not_allowed")
        default:
            return .failure(404, "there is nothing at \(request.path)", code: "not_found")
        }
    }

    private var models: Value {
        let entries = configuration.models.map { id -> Value in
            ["id": .string(id), "object": "model", "created": 1_700_000_000, "owned_by": "simulated"]
        }
        return ["object": "list", "data": .list(entries)]
    }

    private func complete(_ request: WebRequest) async throws -> WebResponse {
        if let key = configuration.key, request.headers["authorization"] != "Bearer \(key)" {
            return .failure(401, "the key is not the one that this server was started with", code: "invalid_api_key")
        }
        guard let body = try? ChatCompletionRequest(json: request.body) else {
            return .failure(400, "the body is no Chat Completions request", code: "invalid_request_error")
        }
        let turn = Turn(request, body, book)
        let reading = bucket.take(tokens: turn.promptTokens, now: .now)
        guard reading.isAllowed else {
            return refuse(turn, nil, wait: reading.wait, reading)
        }
        return try await respond(turn, reading)
    }

    private func respond(_ turn: Turn, _ reading: RequestBucket.Reading) async throws -> WebResponse {
        let fault = fault(of: turn)
        switch fault {
        case .tooManyRequests:
            return refuse(turn, fault, wait: configuration.faults.retryAfter, reading)
        case .serverError:
            book.record(turn.call(status: 500, fault: fault, answer: nil))
            return .failure(500, "the server had an error", code: "server_error")
        default:
            break
        }
        let answer = plainAnswer(to: turn).with(fault).limited(toTokens: turn.body.outputLimit)
        let status = fault == .serverErrorAfterWork ? 500 : 200
        // Billed before it is sent: a client that goes away has had the work done all the same.
        book.record(turn.call(status: status, fault: fault, answer: answer))
        try await pause(for: fault)
        if status == 500 { return .failure(500, "the server had an error", code: "server_error") }
        return delivery(of: answer, to: turn, fault, reading)
    }

    private func fault(of turn: Turn) -> SimulatedFault? {
        guard let key = turn.key, solutions[key.feature] != nil else { return nil }
        return faults.fault(feature: key.feature, stage: key.stage, attempt: key.attempt, call: turn.index)
    }

    private func plainAnswer(to turn: Turn) -> SimulatedAnswer {
        guard let key = turn.key else {
            return SimulatedAnswer("I am a simulated model. I was told of no feature, so I have nothing to do.")
        }
        guard let solution = solutions[key.feature] else {
            return SimulatedAnswer("I am a simulated model. I know no solution for \(key.feature).")
        }
        let conduct = faults.conduct(feature: key.feature, attempt: key.attempt)
        return SolutionScript(solution: solution, conduct: conduct)
            .answer(stage: key.stage, Conversation(turn.body))
    }

    private func pause(for fault: SimulatedFault?) async throws {
        let delay = configuration.latency + (fault == .slow ? configuration.faults.slowDelay : .zero)
        if delay > .zero { try await clock.sleep(for: delay) }
    }

    private func refuse(
        _ turn: Turn, _ fault: SimulatedFault?, wait: Duration, _ reading: RequestBucket.Reading
    ) -> WebResponse {
        book.record(turn.call(status: 429, fault: fault, answer: nil))
        let milliseconds = Int((wait / .milliseconds(1)).rounded(.up))
        var headers = bucket.headers(reading)
        headers["retry-after-ms"] = String(milliseconds)
        headers["retry-after"] = String((milliseconds + 999) / 1_000)
        return .failure(429, "too many requests, try again later", code: "rate_limit_exceeded", headers: headers)
    }

    private func delivery(
        of answer: SimulatedAnswer, to turn: Turn, _ fault: SimulatedFault?, _ reading: RequestBucket.Reading
    ) -> WebResponse {
        var dice = SeededDice(seed: configuration.seed, "delivery", turn.name)
        let encoder = AnswerEncoder(
            id: "chatcmpl-" + String(dice.next() | 1 << 63, radix: 16), model: turn.body.model,
            promptTokens: turn.promptTokens)
        var headers = bucket.headers(reading)
        headers["x-request-id"] = encoder.id
        let isStream = turn.body.stream ?? false
        if !isStream, fault != .cutStream {
            return .json(encoder.document(answer), headers: headers)
        }
        headers["content-type"] = isStream ? "text/event-stream" : "application/json"
        let delivery =
            if isStream {
                encoder.stream(answer, hasUsage: turn.body.streamOptions?.includeUsage ?? false)
            } else {
                AnswerEncoder.Stream(whole: encoder.document(answer))
            }
        let body = StreamDelivery(delivery, isCut: fault == .cutStream, dice: dice)
        return WebResponse(headers: headers, body: .stream { try await body.send(to: $0) })
    }
}

extension WebResponse {
    /// An error in OpenAI's form.
    fileprivate static func failure(
        _ status: Int, _ message: String, code: String, headers: WebHeaders = [:]
    ) -> WebResponse {
        let type = status == 429 ? "requests" : status >= 500 ? "server_error" : "invalid_request_error"
        let error: Value = ["message": .string(message), "type": .string(type), "param": nil, "code": .string(code)]
        return .json(Value.map(["error": error]).json, status: status, headers: headers)
    }
}

extension RequestBucket {
    /// What the vendor tells of its limits with every answer.
    fileprivate func headers(_ reading: Reading) -> WebHeaders {
        let requestReset = Double(limit.requestsPerMinute - reading.remainingRequests) / Double(limit.requestsPerMinute)
        let tokenReset = Double(limit.tokensPerMinute - reading.remainingTokens) / Double(limit.tokensPerMinute)
        return [
            "x-ratelimit-limit-requests": String(limit.requestsPerMinute),
            "x-ratelimit-limit-tokens": String(limit.tokensPerMinute),
            "x-ratelimit-remaining-requests": String(reading.remainingRequests),
            "x-ratelimit-remaining-tokens": String(reading.remainingTokens),
            "x-ratelimit-reset-requests": "\(Int((requestReset * 60_000).rounded(.up)))ms",
            "x-ratelimit-reset-tokens": "\(Int((tokenReset * 60_000).rounded(.up)))ms",
        ]
    }
}
