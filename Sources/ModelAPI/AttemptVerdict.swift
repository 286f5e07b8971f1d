/// What an HTTP attempt costs and what comes next: the rows of the fault table as a pure function.
struct AttemptVerdict: Equatable {
    enum Next: Equatable {
        case answer(ChatAnswer)
        /// Nobody needs to try this again.
        case final(Failure)
        /// Another attempt may help, after `asked` if the server named a wait.
        case retry(Failure, asked: Duration?)
    }

    /// The error to be, without the number of attempts, which is known only at the end.
    enum Failure: Equatable {
        case rateLimited(status: Int, message: String)
        case server(status: Int, message: String)
        case refused(status: Int, message: String)
        case unreachable(reason: String)
        case timeout(limit: String, Duration)
        case cutStream(reason: String)
        case invalidAnswer(reason: String)
        case oversizedAnswer(limitInBytes: Int)
        case cancelled
    }

    let charge: CallCharge
    let next: Next

    /// Statuses by which a server says that no model ran.
    ///
    /// 408, 409, 499 and everything from 500 up are left out: work may have been done and billed behind them.
    private static let unbilled: Set<Int> = [
        400, 401, 402, 403, 404, 405, 406, 410, 411, 413, 414, 415, 417, 421, 422, 425, 426, 429, 431, 451,
    ]

    private static let retried: Set<Int> = [408, 409, 425]

    init(charge: CallCharge, next: Next) {
        self.charge = charge
        self.next = next
    }

    init(_ exchange: Exchange) {
        switch exchange {
        case .answered(let answer):
            let used = answer.usage.map { CallCharge.used($0, serviceTier: answer.serviceTier) }
            let charge = used ?? .unknown(reason: "answered without usage")
            self.init(charge: charge, next: .answer(answer))
        case .fault(let fault, let usage):
            self.init(fault, usage)
        case .refused(let status, let error, let hints):
            self.init(status: status, error, hints)
        case .notSent(let reason, let isHopeless):
            let failure = Failure.unreachable(reason: reason)
            let next: Next = isHopeless ? .final(failure) : .retry(failure, asked: nil)
            self.init(charge: .nothing(reason: "unreachable"), next: next)
        case .lost(.timeout(let limit, let duration)):
            self.init(charge: .unknown(reason: "timeout"), next: .retry(.timeout(limit: limit, duration), asked: nil))
        case .lost(.connection(let reason)):
            self.init(charge: .unknown(reason: "connection lost"), next: .retry(.cutStream(reason: reason), asked: nil))
        case .cancelled(let wasSent):
            let charge: CallCharge = wasSent ? .unknown(reason: "cancelled") : .nothing(reason: "cancelled")
            self.init(charge: charge, next: .final(.cancelled))
        }
    }

    private init(_ fault: ChatStreamFault, _ usage: ReportedUsage?) {
        let used = usage?.charge
        switch fault {
        case .reported(let error):
            let charge = used ?? .unknown(reason: "error in the stream")
            if error.isQuotaExhausted {
                self.init(charge: charge, next: .final(.refused(status: 200, message: error.message)))
            } else if error.isRateLimit {
                self.init(charge: charge, next: .retry(.rateLimited(status: 200, message: error.message), asked: nil))
            } else {
                self.init(charge: charge, next: .retry(.server(status: 200, message: error.message), asked: nil))
            }
        case .cut(let reason):
            self.init(
                charge: used ?? .unknown(reason: "cut stream"), next: .retry(.cutStream(reason: reason), asked: nil))
        case .malformed(let reason):
            let next = Next.retry(.invalidAnswer(reason: reason), asked: nil)
            self.init(charge: used ?? .unknown(reason: "invalid answer"), next: next)
        case .foreign(let reason):
            let next = Next.final(.invalidAnswer(reason: reason))
            self.init(charge: used ?? .unknown(reason: "invalid answer"), next: next)
        case .oversized(let limit):
            // The same request would be answered at the same length, and paid again.
            let next = Next.final(.oversizedAnswer(limitInBytes: limit))
            self.init(charge: used ?? .unknown(reason: "invalid answer"), next: next)
        }
    }

    private init(status: Int, _ error: VendorError, _ hints: ServerHints) {
        let isRedirect = (300..<400).contains(status)
        let isUnbilled = isRedirect || Self.unbilled.contains(status)
        let isServerFailure = status >= 500 || Self.retried.contains(status)
        let failure: Failure =
            if isServerFailure {
                .server(status: status, message: error.message)
            } else if status == 429 && !error.isQuotaExhausted {
                .rateLimited(status: status, message: error.message)
            } else {
                .refused(status: status, message: error.message)
            }
        let isRetryable = hints.shouldRetry ?? (isServerFailure || status == 429)
        // An empty account stays empty, whatever a header or status promises.
        let isRetried = isRetryable && !error.isQuotaExhausted && !isRedirect
        self.init(
            charge: isUnbilled ? .nothing(reason: "refused with \(status)") : .unknown(reason: "failed with \(status)"),
            next: isRetried ? .retry(failure, asked: hints.retryAfter) : .final(failure))
    }
}
