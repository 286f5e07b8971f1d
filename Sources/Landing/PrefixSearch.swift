/// Finds the longest prefix of a fold that may land, and the one candidate that broke the rest.
///
/// Pure. It knows the fold as a number of candidates in order; a prefix is known by its length, and length 0 is what the fold
/// stands on. One green run of the whole fold is all that a good fold costs. A red one is first confirmed, so that a flake does
/// not start a search, then halved (or, with several test slots, cut into more parts at once) until a green prefix and the red
/// one just behind it are found. Nobody is blamed on a single red run, nor on a base that was not proven.
package struct PrefixSearch: Sendable {
    package enum Action: Equatable, Sendable {
        /// Test the prefixes of these lengths, side by side; answer with ``tested(_:isGreen:)`` for each.
        case test([Int])
        /// Run once more what failed on the prefix of this length; answer with ``confirmed(_:isGreen:)``.
        case confirm(Int)
        /// Test what the fold stands on; answer with ``baseTested(isGreen:)``.
        case testBase
        case end(End)
    }

    package enum End: Equatable, Sendable {
        /// The prefix of length `green` may land, 0 or more; `culprit` is the index of the candidate that breaks the next
        /// longer one, nil when the whole fold is green. What stands behind the culprit is not known.
        case found(green: Int, culprit: Int?)
        /// The base is red by itself: nobody is to blame.
        case baseIsRed
    }

    private let count: Int
    private let slots: Int
    private var greens: Set<Int> = [0]
    private var reds: Set<Int> = []
    private var confirmedReds: Set<Int> = []
    private var isBaseProven: Bool
    private var isBaseRed = false

    /// - Parameters:
    ///   - count: How many candidates were folded, 1 or more.
    ///   - slots: How many tests can run side by side, 1 or more.
    ///   - isBaseProven: Whether a run on record shows that the base passes everything that is asked of the fold.
    package init(count: Int, slots: Int, isBaseProven: Bool) {
        self.count = count
        self.slots = max(slots, 1)
        self.isBaseProven = isBaseProven
    }

    /// What to do next; the same again until it was answered.
    package func next() -> Action {
        if isBaseRed { return .end(.baseIsRed) }
        if greens.contains(count) { return .end(.found(green: count, culprit: nil)) }
        guard let red = firstRed else { return .test(firstProbes) }
        if !isBaseProven { return .testBase }
        let isNarrow = red - longestGreen == 1
        if confirmedReds.isEmpty || isNarrow, !confirmedReds.contains(red) { return .confirm(red) }
        if isNarrow { return .end(.found(green: longestGreen, culprit: red - 1)) }
        return .test(probes(between: longestGreen, and: red))
    }

    package mutating func tested(_ length: Int, isGreen: Bool) {
        if isGreen { greens.insert(length) } else { reds.insert(length) }
    }

    /// A second run that is green outweighs the first: the test is flaky, the prefix is not broken.
    package mutating func confirmed(_ length: Int, isGreen: Bool) {
        if isGreen {
            reds.remove(length)
            greens.insert(length)
        } else {
            confirmedReds.insert(length)
        }
    }

    package mutating func baseTested(isGreen: Bool) {
        isBaseProven = isGreen
        isBaseRed = !isGreen
    }

    private var longestGreen: Int {
        greens.max() ?? 0
    }

    private var firstRed: Int? {
        reds.filter { $0 > longestGreen }.min()
    }

    /// With slots to spare the first half is tried beside the whole: if the whole is red, half the search is done already.
    private var firstProbes: [Int] {
        slots >= 4 && count >= 4 ? [(count + 1) / 2, count] : [count]
    }

    /// At most `slots` lengths that cut the gap into even parts.
    private func probes(between low: Int, and high: Int) -> [Int] {
        let gap = high - low
        let parts = min(slots + 1, gap)
        return Set((1..<parts).map { low + max(1, (gap * $0 + parts / 2) / parts) }).filter { $0 < high }.sorted()
    }
}
