import Synchronization

/// How long nothing was heard of one call.
final class Silence: Sendable {
    private let last = Mutex(ContinuousClock.now)

    /// A piece of the answer came.
    func end() {
        last.withLock { $0 = .now }
    }

    /// Returns when nothing was heard for so long, or when the task is cancelled.
    func lasts(_ limit: Duration) async {
        while true {
            let rest = limit - last.withLock { ContinuousClock.now - $0 }
            guard rest > .zero, (try? await Task.sleep(for: rest)) != nil else { return }
        }
    }
}
