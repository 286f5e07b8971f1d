import Glibc

/// One running command: reads its output, watches its time, and ends it for good.
///
/// It waits in poll(2) on a thread of its own: a command costs one thread for as long as it runs, and no task.
final class Supervision: Sendable {
    private let launch: Launch
    private let timeout: Duration
    private let grace: Duration
    private let cancellation: WakeUp

    init(launch: Launch, timeout: Duration, grace: Duration) throws(SystemError) {
        self.launch = launch
        self.timeout = timeout
        self.grace = grace
        cancellation = try WakeUp()
    }

    /// Asks the command to end; ``run(_:)`` throws `CancellationError` when it has.
    func cancel() {
        cancellation.ring()
    }

    func run(_ command: Command) async throws -> CommandResult {
        try await OwnThread.run { [self] in try supervise(command) }
    }

    private func supervise(_ command: Command) throws -> CommandResult {
        let start = ContinuousClock.now
        let child = try Child.start(
            launch, input: command.input, separatesStandardError: command.separatesStandardError)
        let output = CommandOutput(descriptor: child.output, limitInBytes: command.outputLimitInBytes)
        let errors = CommandOutput(
            descriptor: child.errors, limitInBytes: command.separatesStandardError ? command.outputLimitInBytes : 0)
        let cause = watch(child, [output, errors], deadline: start + timeout)
        // Ended but not reaped: its id still names it, and its group.
        if !launch.isCaged { ProcessTree.signal(-child.process, SIGKILL) }
        output.readRest()
        errors.readRest()
        let end = child.reap()
        if cause == .cancelled { throw CancellationError() }
        return CommandResult(
            termination: cause == .timedOut ? .timedOut : end.termination, output: output.buffer.bytes,
            standardError: errors.buffer.bytes, isTruncated: output.buffer.isTruncated || errors.buffer.isTruncated,
            duration: ContinuousClock.now - start, cpuTime: end.cpuTime)
    }

    /// Follows the command until it has ended.
    /// - Returns: What made us end it; nil when it ended by itself.
    private func watch(
        _ child: Child, _ outputs: [CommandOutput], deadline: ContinuousClock.Instant
    ) -> Teardown.Cause? {
        var teardown = Teardown(deadline: deadline, grace: grace)
        var isCancelled = false
        while true {
            switch teardown.step(at: .now, isCancelled: isCancelled) {
            case .terminate: terminate(child.process)
            case .kill: kill(child.process)
            case .wait(let end):
                var waits = [
                    Self.wait(for: child.descriptor), Self.wait(for: isCancelled ? -1 : cancellation.descriptor),
                ]
                waits += outputs.map { Self.wait(for: $0.descriptor) }
                guard poll(&waits, nfds_t(waits.count), Self.milliseconds(until: end, child)) >= 0 else { continue }
                for (output, wait) in zip(outputs, waits[2...]) where wait.revents != 0 { output.read() }
                isCancelled = isCancelled || waits[1].revents != 0
                if waits[0].revents != 0 || child.descriptor < 0 && child.hasEnded { return teardown.cause }
            }
        }
    }

    /// A descriptor below 0 is passed over by poll(2).
    private static func wait(for descriptor: Int32) -> pollfd {
        pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
    }

    /// How long to wait: -1 without end, and never long for a process whose end nothing tells.
    private static func milliseconds(until end: ContinuousClock.Instant?, _ child: Child) -> Int32 {
        let longest: Duration = child.descriptor < 0 ? .milliseconds(10) : .seconds(86_400)
        guard let end else { return child.descriptor < 0 ? 10 : -1 }
        let rest = min(max(end - .now, .zero), longest)
        return Int32((rest / .milliseconds(1)).rounded(.up))
    }

    /// Asks everything that belongs to the command to end.
    ///
    /// A cage as such is not asked: it would end at once, and its inmates could not clean up.
    private func terminate(_ process: pid_t) {
        for descendant in ProcessTree.descendants(of: process) { ProcessTree.signal(descendant, SIGTERM) }
        if !launch.isCaged { ProcessTree.signal(-process, SIGTERM) }
    }

    private func kill(_ process: pid_t) {
        if launch.isCaged {
            // Its PID namespace takes everything with it.
            ProcessTree.signal(-process, SIGKILL)
        } else {
            ProcessTree.kill(process)
        }
    }
}
