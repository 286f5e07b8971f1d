import Ledger
package import Logging
package import Metering
import NIOHTTP1
import Vocabulary

/// Calls a model under a budget: the only way by which this program spends money.
///
/// One call goes: recorded answer, wait for the rate limit, reserve the worst price durably, send, read, settle together with
/// the answer. Every HTTP attempt has a reservation of its own, because a request that is sent again may be billed again.
package final class ModelClient: Sendable {
    private let endpoint: ModelEndpoint
    private let meter: any CallMeter
    private let pacer: any CallPacer
    private let answers: RecordedAnswers
    private let environment: CallEnvironment
    private let logger: Logger
    private let transport: ModelTransport
    private let headers: CallHeaders

    /// Makes a client that spends under the run's own meter and limits; it needs a ``shutdown()`` at its end.
    package convenience init(
        configuration endpoint: ModelEndpoint, meter: Meter, limiter: RateLimiter,
        answers: RecordedAnswers = RecordedAnswers(), environment: CallEnvironment = CallEnvironment(),
        logger: Logger = .current
    ) {
        self.init(
            configuration: endpoint, meter: MeteredCalls(meter: meter),
            pacer: LimitedCalls(limiter: limiter, baseURL: endpoint.baseURL), answers: answers,
            environment: environment,
            logger: logger)
    }

    /// Makes a client that needs a ``shutdown()`` at its end; nothing is sent yet.
    package init(
        configuration endpoint: ModelEndpoint, meter: any CallMeter, pacer: any CallPacer,
        answers: RecordedAnswers = RecordedAnswers(), environment: CallEnvironment = CallEnvironment(),
        logger: Logger = .current
    ) {
        self.endpoint = endpoint
        self.meter = meter
        self.pacer = pacer
        self.answers = answers
        self.environment = environment
        self.logger = logger
        transport = ModelTransport(endpoint: endpoint, wallClock: environment.secondsSince1970)
        headers = CallHeaders(endpoint: endpoint)
    }

    /// Asks the model for its next turn.
    ///
    /// A recorded answer of the same batch, feature, stage, attempt and turn is returned for free.
    ///
    /// - Throws: ``ModelCallError``. When it is thrown, every hold of the call is settled.
    package func complete(
        _ request: ChatRequest, _ attribution: Attribution
    ) async throws(ModelCallError) -> ChatAnswer {
        if let answer = answers.take(RecordedAnswers.Place(attribution)) { return answer }
        // Priced and paced by the name that is really sent.
        var attribution = attribution
        attribution.model = request.model
        let call = PreparedCall(
            attribution: attribution, body: request.body(for: endpoint), outputTokens: request.maxOutputTokens,
            headers: headers.headers(for: attribution, adding: request.headers))
        var retries = RetryState(policy: endpoint.retries, host: endpoint.host)
        while true {
            switch try await attempt(call, meter, pacer).next {
            case .answer(let answer): return answer
            case .final(let failure): throw retries.ended(failure)
            case .retry(let failure, let asked):
                switch retries.failed(failure, asked: asked, jitter: environment.jitter()) {
                case .giveUp(let error): throw error
                case .wait(let delay): try await wait(delay, after: failure, of: attribution)
                }
            }
        }
    }

    /// Closes all connections; calls in flight fail.
    package func shutdown() async {
        await transport.shutdown()
    }

    private func attempt<Meter: CallMeter, Pacer: CallPacer>(
        _ call: PreparedCall, _ meter: Meter, _ pacer: Pacer
    ) async throws(ModelCallError) -> AttemptVerdict {
        let permit: Pacer.Permit
        do {
            permit = try await pacer.wait(model: call.attribution.model, tokens: call.estimatedTokens)
        } catch {
            throw .cancelled
        }
        var observation = PaceObservation()
        defer { pacer.finish(permit, observation) }
        let hold = try await meter.reserve(
            call.attribution, body: call.body, outputTokens: call.outputTokens, serviceTier: endpoint.serviceTier)
        let outcome =
            Task.isCancelled
            ? ModelTransport.Outcome(exchange: .cancelled(wasSent: false), observation: PaceObservation())
            : await transport.send(call.body, headers: call.headers)
        observation = outcome.observation
        let verdict = AttemptVerdict(outcome.exchange)
        let answer: Value? = if case .answer(let answer) = verdict.next { answer.record } else { nil }
        // A hold outlives the stop of its task: settling runs in a task of its own, which is not cancelled with this one.
        await Task { await meter.settle(hold, verdict.charge, answer: answer) }.value
        if let contact = ServerContact(verdict.next) { environment.onContact(contact, call.attribution) }
        return verdict
    }

    private func wait(
        _ delay: Duration, after failure: AttemptVerdict.Failure, of attribution: Attribution
    ) async throws(ModelCallError) {
        logger.info(
            "Calling the model again",
            metadata: [
                "feature.id": "\(attribution.feature?.rawValue ?? "")", "model.failure": "\(failure.name)",
                "model.name": "\(attribution.model)", "retry.delay": "\(delay)",
            ])
        do {
            try await environment.clock.sleep(for: delay)
        } catch {
            throw .cancelled
        }
    }
}

/// One call, ready to be sent as often as it takes.
private struct PreparedCall: Sendable {
    let attribution: Attribution
    let body: [UInt8]
    let outputTokens: Int
    let headers: HTTPHeaders

    /// A realistic count for the rate limit, unlike the bound that money needs: code has about four bytes a token.
    var estimatedTokens: Int { body.count / 4 + outputTokens }
}

extension RecordedAnswers.Place {
    fileprivate init(_ attribution: Attribution) {
        self.init(
            batch: attribution.batch, feature: attribution.feature, stage: attribution.stage,
            attempt: attribution.attempt, turn: attribution.turn)
    }
}

extension AttemptVerdict.Failure {
    /// One word for logs.
    fileprivate var name: String {
        switch self {
        case .rateLimited(let status, _): "rate limit \(status)"
        case .server(let status, _): "server \(status)"
        case .refused(let status, _): "refused \(status)"
        case .unreachable: "unreachable"
        case .timeout(let limit, _): "\(limit) timeout"
        case .cutStream: "cut stream"
        case .invalidAnswer: "invalid answer"
        case .cancelled: "cancelled"
        }
    }
}
