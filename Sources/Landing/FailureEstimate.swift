/// How likely a candidate that passes alone breaks what it is folded onto.
///
/// Starts at one in twenty, with the weight of twenty candidates, so that a few early results do not swing it.
package struct FailureEstimate: Equatable, Sendable {
    private static let priorBroken = 1.0
    private static let priorJudged = 20.0

    /// Candidates that landed or were found to break a fold.
    package private(set) var judged: Int
    /// Those of them that broke one.
    package private(set) var broken: Int

    package init(judged: Int = 0, broken: Int = 0) {
        self.judged = judged
        self.broken = broken
    }

    /// Between 0 and 1, never 0.
    package var rate: Double {
        (Double(broken) + Self.priorBroken) / (Double(judged) + Self.priorJudged)
    }

    package mutating func add(landed: Int, broken: Int) {
        judged += landed + broken
        self.broken += broken
    }
}
