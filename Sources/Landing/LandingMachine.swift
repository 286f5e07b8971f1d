package import PolicyContract
package import Vocabulary

/// Decides which candidates to fold next, from what the last fold's test showed.
///
/// Pure. A fold of several that is red is tried one by one; a single that is red returns to work. Nothing is tried twice
/// in the same way, so a landing of n candidates takes at most n + n / foldSize test runs.
package struct LandingMachine: Sendable {
    package enum Action: Equatable, Sendable {
        case tryFold([FeatureID])
        case finish
    }

    private var queue: [[FeatureID]]
    private var current: [FeatureID] = []
    /// Those on the branch now, in order.
    package private(set) var landed: [FeatureID] = []
    /// Those that go back to work, with the reason.
    package private(set) var returned: [FeatureID: Failure] = [:]

    /// Tries `foldSize` candidates together, 1 or more.
    package init(candidates: [FeatureID], foldSize: Int) {
        let size = max(foldSize, 1)
        queue = stride(from: 0, to: candidates.count, by: size).map {
            Array(candidates[$0..<min($0 + size, candidates.count)])
        }
    }

    package mutating func next() -> Action {
        guard !queue.isEmpty else { return .finish }
        current = queue.removeFirst()
        return .tryFold(current)
    }

    /// Candidates of the fold that did not merge; they are no longer part of it.
    package mutating func conflicted(_ conflicts: [FeatureID: [String]]) {
        for (id, paths) in conflicts {
            let summary = "does not merge with what landed meanwhile: \(paths.joined(separator: ", "))"
            returned[id] = Failure(kind: .conflict, summary: summary)
        }
        current.removeAll { conflicts[$0] != nil }
    }

    /// The fold's tip was green and is the branch's tip now.
    package mutating func foldLanded() {
        landed += current
        current = []
    }

    /// The fold's tip was red.
    package mutating func foldRed(_ failure: Failure) {
        if current.count == 1, let id = current.first {
            returned[id] = failure
        } else {
            queue.insert(contentsOf: current.map { [$0] }, at: 0)
        }
        current = []
    }
}
