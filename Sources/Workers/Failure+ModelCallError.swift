import ModelAPI
import PolicyContract

extension Failure {
    /// The failure of an attempt whose model call gave no answer.
    init(_ error: ModelCallError) {
        let kind: Kind =
            switch error {
            case .budget, .unpriced: .budget
            case .rateLimited: .rateLimit
            case .server, .unreachable, .cutStream, .invalidAnswer: .serverError
            case .oversizedAnswer: .workerGaveUp
            case .refused: .refused
            case .timeout: .timeout
            case .cancelled: .internalError
            }
        self.init(kind: kind, summary: String(describing: error))
    }
}
