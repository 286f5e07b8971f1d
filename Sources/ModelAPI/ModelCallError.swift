package import Metering
import Vocabulary

/// Why a model call gave no answer; every case is final, retries of the transport are over.
package enum ModelCallError: Equatable, Error, Sendable {
    /// What a server said, without headers: safe to show.
    package struct Reply: Equatable, Sendable {
        package let status: Int
        /// The server's own words, one line, at most 500 characters; empty when it had none.
        package let message: String
        /// How many HTTP attempts were made, 1 or more.
        package let attempts: Int

        package init(status: Int, message: String, attempts: Int) {
            self.status = status
            self.message = message
            self.attempts = attempts
        }

        /// Whether the refusal has nothing to do with the request: a key, an account, an address that is not the server's.
        package var concernsEverybody: Bool {
            // 200 and 429 come here only for an account without money.
            [200, 401, 402, 403, 429].contains(status) || (300..<400).contains(status)
        }
    }

    /// The budget does not allow the call; nothing was sent. Never retried.
    case budget(BudgetError)
    /// The model has no price that a cap could hold by; nothing was sent. Never retried.
    case unpriced(PriceError)
    /// 429 to the end of patience, or a pause longer than is waited for. Trying again later makes sense.
    case rateLimited(Reply)
    /// 408, 409 or 5xx to the end of patience, or an error inside a stream. Trying again later makes sense.
    case server(Reply)
    /// A wrong key, model or request, or no money left at the vendor: the same request will be refused again.
    case refused(Reply)
    /// No connection could be made; nothing was sent.
    case unreachable(host: String, reason: String)
    /// A time limit passed after sending; charged as unknown. `limit` names it: `idle`, `overall`.
    case timeout(limit: String, seconds: Double)
    /// The answer broke off, after all retries; charged by its usage if that came, else as unknown.
    case cutStream(reason: String, attempts: Int)
    /// Status 200 with something that is no chat completion.
    case invalidAnswer(reason: String)
    /// The model's answer is larger than what is read of one: a fault of this call, not of the server. Never retried.
    case oversizedAnswer(limitInBytes: Int)
    /// The task was cancelled: before sending for free, after it charged as unknown.
    case cancelled

    /// Whether the same request may succeed later, in another attempt of the feature.
    package var isWorthRetryingLater: Bool {
        switch self {
        case .rateLimited, .server, .unreachable, .timeout, .cutStream: true
        case .budget, .unpriced, .refused, .invalidAnswer, .oversizedAnswer, .cancelled: false
        }
    }
}

extension ModelCallError: CustomStringConvertible {
    package var description: String {
        switch self {
        case .budget(let error): String(describing: error)
        case .unpriced(let error): String(describing: error)
        case .rateLimited(let reply):
            "the model server limits the rate (\(reply)). Wait, or lower the number of parallel workers."
        case .server(let reply): "the model server failed (\(reply)). Try again later."
        case .refused(let reply) where (300..<400).contains(reply.status):
            "the model server sends requests on to another address (\(reply)). Name that one in OPENAI_BASE_URL."
        case .refused(let reply):
            "the model server refused the request (\(reply)). Check the key, the model name and the vendor's quota."
        case .unreachable(let host, let reason):
            "cannot reach the model server \(host): \(reason). Check the base URL and that the server runs."
        case .timeout(let limit, let seconds):
            "the model server kept silent for \(Int(exactly: seconds).map(String.init) ?? String(seconds)) s (\(limit) limit); the call is charged at its full hold"
        case .cutStream(let reason, let attempts):
            "the answer of the model broke off (\(reason)), \(Self.count(attempts))"
        case .invalidAnswer(let reason): "the model server sent no chat completion: \(reason)"
        case .oversizedAnswer(let limit):
            "the model gave an answer of more than \(limit) bytes, which is not read to its end; answer in smaller pieces"
        case .cancelled: "the model call was cancelled"
        }
    }

    fileprivate static func count(_ attempts: Int) -> String {
        attempts.counted("attempt")
    }
}

extension ModelCallError.Reply: CustomStringConvertible {
    package var description: String {
        let words = message.isEmpty ? "" : ": \(message)"
        return "HTTP \(status)\(words), \(ModelCallError.count(attempts))"
    }
}
