import Synchronization

/// A door that a test opens: whoever comes before that waits, whoever comes after passes.
package final class Gate: Sendable {
    private struct State {
        var isOpen = false
        var nextTicket = 0
        var waiting: [Int: CheckedContinuation<Void, any Error>] = [:]
        var watchers: [(count: Int, continuation: CheckedContinuation<Void, Never>)] = []
    }

    private let state = Mutex(State())

    package init(isOpen: Bool = false) {
        state.withLock { $0.isOpen = isOpen }
    }

    /// How many wait in front of the gate now.
    package var waitingCount: Int {
        state.withLock { $0.waiting.count }
    }

    /// Lets everybody through, from now on.
    package func open() {
        let released = state.withLock { state in
            state.isOpen = true
            defer { state.waiting = [:] }
            return state.waiting.sorted { $0.key < $1.key }.map(\.value)
        }
        for continuation in released { continuation.resume() }
    }

    /// Makes newcomers wait again.
    package func close() {
        state.withLock { $0.isOpen = false }
    }

    /// Waits until the gate is open.
    /// - Throws: `CancellationError` when the task is cancelled before that.
    package func pass() async throws {
        let ticket = state.withLock { state in
            state.nextTicket += 1
            return state.nextTicket
        }
        try await withTaskCancellationHandler {
            try await withCheckedThrowingContinuation { enter($0, ticket: ticket) }
        } onCancel: {
            state.withLock { $0.waiting.removeValue(forKey: ticket) }?.resume(throwing: CancellationError())
        }
    }

    /// Waits until `count` tasks wait in front of the gate at the same time.
    package func arrivals(_ count: Int) async {
        await withCheckedContinuation { continuation in
            let isThere = state.withLock { state in
                if state.waiting.count < count { state.watchers.append((count, continuation)) }
                return state.waiting.count >= count
            }
            if isThere { continuation.resume() }
        }
    }

    private func enter(_ continuation: CheckedContinuation<Void, any Error>, ticket: Int) {
        enum Outcome { case passes, cancelled, waits([CheckedContinuation<Void, Never>]) }
        let outcome: Outcome = state.withLock { state in
            // The cancellation handler may have run before the ticket was in the table.
            if Task.isCancelled { return .cancelled }
            if state.isOpen { return .passes }
            state.waiting[ticket] = continuation
            let count = state.waiting.count
            let satisfied = state.watchers.filter { $0.count <= count }.map(\.continuation)
            state.watchers.removeAll { $0.count <= count }
            return .waits(satisfied)
        }
        switch outcome {
        case .passes: continuation.resume()
        case .cancelled: continuation.resume(throwing: CancellationError())
        case .waits(let satisfied): for watcher in satisfied { watcher.resume() }
        }
    }
}
