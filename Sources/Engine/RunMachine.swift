package import PolicyContract
package import Vocabulary

/// Decides which batches of a run may work.
///
/// Pure. At most `width` batches are under way; a batch starts after every batch that it is stacked on has ended.
package struct RunMachine: Sendable {
    package enum Action: Equatable, Sendable {
        case start(BatchID)
        case finish
    }

    private let batches: [BatchPlan]
    private let width: Int
    private var started: Set<BatchID> = []
    private var ended: Set<BatchID> = []
    private var isDraining = false
    private var isFinished = false

    package init(batches: [BatchPlan], width: Int) {
        self.batches = batches
        self.width = max(width, 1)
    }

    package mutating func advance() -> [Action] {
        var actions: [Action] = []
        for batch in batches where !isDraining && started.count - ended.count < width {
            guard !started.contains(batch.name), batch.after.allSatisfy(ended.contains) else { continue }
            started.insert(batch.name)
            actions.append(.start(batch.name))
        }
        if !isFinished, started == ended, isDraining || ended.count == batches.count {
            isFinished = true
            actions.append(.finish)
        }
        return actions
    }

    package mutating func batchEnded(_ id: BatchID) {
        ended.insert(id)
    }

    /// Starts no further batch.
    package mutating func drain() {
        isDraining = true
    }
}
