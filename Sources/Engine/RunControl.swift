import Synchronization

/// Says whether a run may start anything new, and why not.
///
/// Draining lets work in flight end; an interrupt also says that somebody waits for that; cancelling the run's task ends it at
/// once. The first reason stays.
package final class RunControl: Sendable {
    /// Something that happens once, and that tasks wait for.
    private enum Moment {
        case drain, interrupt
    }

    private struct State {
        var reason: String?
        var isServiceLost = false
        var isInterrupted = false
        var nextWaiter = 0
        var waiters: [Int: (moment: Moment, stream: AsyncStream<Void>.Continuation)] = [:]

        func isOver(_ moment: Moment) -> Bool {
            switch moment {
            case .drain: reason != nil
            case .interrupt: isInterrupted
            }
        }

        /// Those who waited for it, and wait no more.
        mutating func takeWaiters(for moment: Moment) -> [AsyncStream<Void>.Continuation] {
            let found = waiters.filter { $0.value.moment == moment }
            for waiter in found.keys { waiters[waiter] = nil }
            return found.values.map(\.stream)
        }
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

    /// Whether somebody waits for the end.
    package var isInterrupted: Bool {
        state.withLock(\.isInterrupted)
    }

    package func drain(_ why: String, isServiceLost: Bool = false) {
        let waiters = state.withLock { state -> [AsyncStream<Void>.Continuation] in
            guard state.reason == nil else { return [] }
            state.reason = why
            state.isServiceLost = isServiceLost
            return state.takeWaiters(for: .drain)
        }
        for waiter in waiters { waiter.finish() }
    }

    /// Drains because a person or the system asked for it, and wants the end soon.
    ///
    /// - Returns: Whether this was the first interrupt; a run may drain for another reason before it.
    package func interrupt() -> Bool {
        drain("interrupted")
        let waiters = state.withLock { state -> [AsyncStream<Void>.Continuation]? in
            guard !state.isInterrupted else { return nil }
            state.isInterrupted = true
            return state.takeWaiters(for: .interrupt)
        }
        for waiter in waiters ?? [] { waiter.finish() }
        return waiters != nil
    }

    /// Returns once nothing new may start, or when the task is cancelled.
    package func untilDraining() async {
        await wait(for: .drain)
    }

    /// Returns after the first interrupt, or when the task is cancelled.
    package func untilInterrupted() async {
        await wait(for: .interrupt)
    }

    private func wait(for moment: Moment) async {
        let (stream, continuation) = AsyncStream.makeStream(of: Void.self)
        let waiter: Int? = state.withLock { state in
            guard !state.isOver(moment) else { return nil }
            state.nextWaiter += 1
            state.waiters[state.nextWaiter] = (moment, continuation)
            return state.nextWaiter
        }
        guard let waiter else { return }
        for await _ in stream {}
        state.withLock { $0.waiters[waiter] = nil }
    }
}
