import Ledger
package import Logging
package import Metering
import NIOHTTP1
import Synchronization
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
    private let openCount = Atomic(0)
    private let sentCount = Atomic(0)

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
            case .retry(let failure, _) where environment.hurry?.isOn() == true: throw retries.ended(failure)
            case .retry(let failure, let asked):
                switch retries.failed(failure, asked: asked, jitter: environment.jitter()) {
                case .giveUp(let error): throw error
                case .wait(let delay):
                    try await wait(delay, after: failure, of: attribution)
                    if environment.hurry?.isOn() == true { throw retries.gaveUp(failure) }
                }
            }
        }
    }

    /// How many HTTP attempts wait for an answer or for its end now.
    package var openCalls: Int {
        openCount.load(ordering: .relaxed)
    }

    /// How many HTTP attempts were made so far.
    package var attemptCount: Int {
        sentCount.load(ordering: .relaxed)
    }

    /// Closes all connections; calls in flight fail.
    package func shutdown() async {
        await transport.shutdown()
    }

    private func attempt<Meter: CallMeter, Pacer: CallPacer>(
        _ call: PreparedCall, _ meter: Meter, _ pacer: Pacer
    ) async throws(ModelCallError) -> AttemptVerdict {
        let permit = try await permit(for: call, pacer)
        var observation = PaceObservation()
        defer { pacer.finish(permit, observation) }
        let hold = try await meter.reserve(
            call.attribution, body: call.body, outputTokens: call.outputTokens, serviceTier: endpoint.serviceTier)
        let outcome =
            Task.isCancelled
            ? ModelTransport.Outcome(exchange: .cancelled(wasSent: false), observation: PaceObservation())
            : await send(call)
        observation = outcome.observation
        let verdict = AttemptVerdict(outcome.exchange)
        let answer: Value? = if case .answer(let answer) = verdict.next { answer.record } else { nil }
        // A hold outlives the stop of its task: settling runs in a task of its own, which is not cancelled with this one.
        await Task { await meter.settle(hold, verdict.charge, answer: answer) }.value
        if let contact = ServerContact(verdict.next) { environment.onContact(contact, call.attribution) }
        return verdict
    }

    /// Waits for the rate limit; in a hurry not longer than for a silent call.
    private func permit<Pacer: CallPacer>(
        for call: PreparedCall, _ pacer: Pacer
    ) async throws(ModelCallError) -> Pacer.Permit {
        let wait = { @Sendable in
            try? await pacer.wait(model: call.attribution.model, tokens: call.estimatedTokens)
        }
        guard let hurry = environment.hurry else {
            guard let permit = await wait() else { throw .cancelled }
            return permit
        }
        let permit = await withTaskGroup(of: Pacer.Permit?.self) { group in
            group.addTask { await wait() }
            group.addTask {
                await hurry.begins()
                try? await Task.sleep(for: hurry.silence)
                return nil
            }
            let first = await group.next() ?? nil
            group.cancelAll()
            // A permit that came all the same must not be lost.
            return if let first { first } else { await group.next() ?? nil }
        }
        if let permit { return permit }
        if Task.isCancelled { throw .cancelled }
        let message = "the wait for the limit was given up, because the run is stopping"
        throw .rateLimited(ModelCallError.Reply(status: 429, message: message, attempts: 0))
    }

    /// Sends, and gives the call up when it stays silent in a hurry.
    private func send(_ call: PreparedCall) async -> ModelTransport.Outcome {
        openCount.add(1, ordering: .relaxed)
        sentCount.add(1, ordering: .relaxed)
        defer { openCount.subtract(1, ordering: .relaxed) }
        guard let hurry = environment.hurry else { return await transport.send(call.body, headers: call.headers) }
        let silence = Silence()
        return await withTaskGroup(of: ModelTransport.Outcome?.self) { group in
            group.addTask { await self.transport.send(call.body, headers: call.headers, silence: silence) }
            group.addTask {
                await hurry.begins()
                await silence.lasts(hurry.silence)
                return nil
            }
            var outcome = ModelTransport.Outcome(exchange: .cancelled(wasSent: true), observation: PaceObservation())
            var isGivenUp = false
            for await result in group {
                guard let result else {
                    isGivenUp = !Task.isCancelled
                    group.cancelAll()
                    continue
                }
                outcome = result
                group.cancelAll()
            }
            return isGivenUp ? outcome.givenUp(after: hurry.silence) : outcome
        }
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
        await withTaskGroup { [environment] group in
            group.addTask { try? await environment.clock.sleep(for: delay) }
            if let hurry = environment.hurry { group.addTask { await hurry.begins() } }
            await group.next()
            group.cancelAll()
        }
        if Task.isCancelled { throw .cancelled }
    }
}

extension ModelTransport.Outcome {
    /// What a call is that nobody wanted to wait for any longer; one that ended all the same stays what it is.
    fileprivate func givenUp(after silence: Duration) -> Self {
        guard case .cancelled(let wasSent) = exchange else { return self }
        var copy = self
        copy.exchange =
            wasSent
            ? .lost(.timeout(limit: "stop", silence)) : .notSent(reason: "the run is stopping", isHopeless: true)
        return copy
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
        case .oversizedAnswer: "oversized answer"
        case .cancelled: "cancelled"
        }
    }
}
