package import Vocabulary

extension DocumentNode {
    /// The amount in dollars that a string or number says; nil for anything else, also for a negative amount.
    package var dollars: Picodollars? {
        guard case .scalar(let value) = content else { return nil }
        switch value {
        case .string(let text): return Picodollars(dollars: text)
        case .integer(let value): return Picodollars(dollars: String(value))
        case .number(let value): return PlainDecimal.text(of: value).flatMap { Picodollars(dollars: $0) }
        default: return nil
        }
    }
}
