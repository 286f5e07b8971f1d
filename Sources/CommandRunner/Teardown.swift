/// Decides when a command is asked to end and when it is killed.
///
/// Pure. A command ends by itself, or because its time is over or its task was cancelled; whichever of the two comes first
/// is the cause. It is asked once and, after a grace, killed once.
struct Teardown {
    /// What made us end a command.
    enum Cause: Equatable, Sendable {
        case timedOut, cancelled
    }

    enum Step: Equatable {
        /// Nothing to do until then; nil: until it has ended.
        case wait(until: ContinuousClock.Instant?)
        case terminate, kill
    }

    private enum State {
        case running
        case asked(killAt: ContinuousClock.Instant)
        case killed
    }

    private let deadline: ContinuousClock.Instant
    private let grace: Duration
    private var state = State.running
    /// nil while nothing made us end it.
    private(set) var cause: Cause?

    init(deadline: ContinuousClock.Instant, grace: Duration) {
        self.deadline = deadline
        self.grace = grace
    }

    /// What to do now; call it again after each step that is not a wait, and whenever a wait ends.
    mutating func step(at now: ContinuousClock.Instant, isCancelled: Bool) -> Step {
        switch state {
        case .running:
            guard isCancelled || now >= deadline else { return .wait(until: deadline) }
            cause = isCancelled ? .cancelled : .timedOut
            state = .asked(killAt: now + grace)
            return .terminate
        case .asked(let killAt):
            guard now >= killAt else { return .wait(until: killAt) }
            state = .killed
            return .kill
        case .killed:
            return .wait(until: nil)
        }
    }
}
