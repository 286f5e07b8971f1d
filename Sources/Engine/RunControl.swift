import Synchronization

/// Says whether a run may start anything new, and why not.
///
/// Draining lets work in flight end; cancelling the run's task ends it at once. The first reason stays.
package final class RunControl: Sendable {
    private struct State {
        var reason: String?
        var isServiceLost = false
        var nextWaiter = 0
        var waiters: [Int: AsyncStream<Void>.Continuation] = [:]
    }

    private let state = Mutex(State())

    package init() {}

    /// Why nothing new starts; nil while everything may.
    package var drainReason: String? {
        state.withLock(\.reason)
    }

    package var isDraining: Bool {
        drainReason != nil
    }

    /// Whether the reason is a service that is not there.
    package var isServiceLost: Bool {
        state.withLock(\.isServiceLost)
    }

    /// - Returns: Whether this call was the first.
    @discardableResult
    package func drain(_ why: String, isServiceLost: Bool = false) -> Bool {
        let waiters: [AsyncStream<Void>.Continuation]? = state.withLock { state in
            guard state.reason == nil else { return nil }
            state.reason = why
            state.isServiceLost = isServiceLost
            defer { state.waiters = [:] }
            return Array(state.waiters.values)
        }
        for waiter in waiters ?? [] { waiter.finish() }
        return waiters != nil
    }

    /// Returns once nothing new may start, or when the task is cancelled.
    package func untilDraining() async {
        let (stream, continuation) = AsyncStream.makeStream(of: Void.self)
        let waiter: Int? = state.withLock { state in
            guard state.reason == nil else { return nil }
            state.nextWaiter += 1
            state.waiters[state.nextWaiter] = continuation
            return state.nextWaiter
        }
        guard let waiter else { return }
        for await _ in stream {}
        state.withLock { $0.waiters[waiter] = nil }
    }
}
