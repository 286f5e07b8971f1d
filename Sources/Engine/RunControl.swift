import Synchronization

/// Says whether a run may start anything new, and why not.
///
/// Draining lets work in flight end; cancelling the run's task ends it at once. The first reason stays.
package final class RunControl: Sendable {
    private let reason = Mutex<String?>(nil)

    package init() {}

    /// Why nothing new starts; nil while everything may.
    package var drainReason: String? {
        reason.withLock(\.self)
    }

    package var isDraining: Bool {
        drainReason != nil
    }

    /// - Returns: Whether this call was the first.
    @discardableResult
    package func drain(_ why: String) -> Bool {
        reason.withLock { reason in
            guard reason == nil else { return false }
            reason = why
            return true
        }
    }
}
