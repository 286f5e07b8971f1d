/// A number of places; whoever comes when all are taken waits in line.
package actor PlaceLine {
    private var free: Int
    private var line: [CheckedContinuation<Void, Never>] = []

    /// - Parameter count: How many places there are; there is always one.
    package init(count: Int) {
        free = max(1, count)
    }

    /// How many wait in line now.
    package var waitingCount: Int {
        line.count
    }

    /// Runs `body` in a place of its own. A cancelled task also waits for its turn.
    package func take(_ body: @Sendable @concurrent () async throws -> Void) async throws {
        await enter()
        defer { leave() }
        try await body()
    }

    private func enter() async {
        guard free == 0 else {
            free -= 1
            return
        }
        await withCheckedContinuation { line.append($0) }
    }

    private func leave() {
        // The place goes straight to the next in line, so that no newcomer can be quicker.
        if line.isEmpty { free += 1 } else { line.removeFirst().resume() }
    }
}
