import Glibc
import Subprocess
import Synchronization
import SystemPackage

/// One running command: reads its output, watches its time, and ends it for good.
final class Supervision: Sendable {
    /// What can happen to a running command, in the order in which it is noticed.
    enum Event: Sendable {
        case exited, timedOut, cancelled, graceOver
    }

    private let launch: Launch
    private let timeout: Duration
    private let clock: any Clock<Duration>
    private let grace: Duration
    private let events: AsyncStream<Event>
    private let sink: AsyncStream<Event>.Continuation

    init(launch: Launch, timeout: Duration, clock: any Clock<Duration>, grace: Duration) {
        self.launch = launch
        self.timeout = timeout
        self.clock = clock
        self.grace = grace
        (events, sink) = AsyncStream.makeStream()
    }

    /// Asks the command to end; ``run(_:)`` throws `CancellationError` when it has.
    func cancel() {
        sink.yield(.cancelled)
    }

    @concurrent
    func run(_ command: Command) async throws -> CommandResult {
        let start = ContinuousClock.now
        let output = OutputBuffer(limitInBytes: command.outputLimitInBytes)
        let errors = OutputBuffer(limitInBytes: command.separatesStandardError ? command.outputLimitInBytes : 0)
        let ending: Ending
        do {
            let input = try CommandInput.open(command.input)
            let source = FileDescriptorInput.fileDescriptor(input, closeAfterSpawningProcess: true)
            ending =
                if command.separatesStandardError {
                    try await spawn(source, .sequence, output: output) {
                        await Self.drain($0.standardError, into: errors)
                    }
                } else {
                    try await spawn(source, .combinedWithOutput, output: output) { _ in }
                }
        } catch {
            throw CommandError(error, command: command)
        }
        if ending.cause == .cancelled { throw CancellationError() }
        return CommandResult(
            termination: ending.cause == .timedOut ? .timedOut : ending.termination, output: output.bytes,
            standardError: errors.bytes, isTruncated: output.isTruncated || errors.isTruncated,
            duration: ContinuousClock.now - start, cpuTime: ending.cpuTime)
    }

    private struct Ending {
        /// nil when the command ended by itself.
        var cause: Event?
        var termination: CommandResult.Termination
        var cpuTime: Duration?
    }

    private func spawn<ErrorOutput: ErrorOutputProtocol>(
        _ input: FileDescriptorInput, _ errorOutput: ErrorOutput, output: OutputBuffer,
        drainErrors: @escaping @Sendable (Execution<FileDescriptorInput, SequenceOutput, ErrorOutput>) async -> Void
    ) async throws -> Ending {
        let result = try await Subprocess.run(
            launch.configuration, input: input, output: .sequence, error: errorOutput
        ) { execution in
            if let limits = launch.limits { limits.apply(to: execution.processIdentifier.value) }
            async let outputEnd: Void = Self.drain(execution.standardOutput, into: output)
            async let errorEnd: Void = drainErrors(execution)
            let cause = await watch(execution.processIdentifier)
            // Ended but not reaped: its id still names it, and its group.
            let cpuTime = ProcessTree.cpuTime(of: execution.processIdentifier.value)
            if !launch.isCaged { ProcessTree.signal(-execution.processIdentifier.value, SIGKILL) }
            _ = await (outputEnd, errorEnd)
            return (cause, cpuTime)
        }
        let termination: CommandResult.Termination =
            switch result.terminationStatus {
            case .exited(let code): .exited(code)
            case .signaled(let signal): .signaled(signal)
            }
        return Ending(cause: result.closureResult.0, termination: termination, cpuTime: result.closureResult.1)
    }

    /// Reads until the stream ends, which Subprocess sees to at the latest when the command itself has ended.
    private static func drain(_ stream: SubprocessOutputSequence, into buffer: OutputBuffer) async {
        do {
            for try await part in stream {
                part.withUnsafeBytes { buffer.append($0) }
            }
        } catch {
            // A stream that cannot be read any more is at its end; the exit status says how the command did.
        }
    }

    /// Follows the command until it has ended.
    /// - Returns: What made us end it; nil when it ended by itself.
    private func watch(_ process: ProcessIdentifier) async -> Event? {
        let sink = sink
        let exit = ExitWatch(processDescriptor: process.processDescriptor) { sink.yield(.exited) }
        defer { exit?.cancel() }
        return await withTaskGroup(of: Void.self) { group in
            if exit == nil {
                group.addTask {
                    await ExitWatch.poll(process.value)
                    sink.yield(.exited)
                }
            }
            group.addTask { await self.ring(.timedOut, after: self.timeout) }
            defer { group.cancelAll() }
            var cause: Event?
            for await event in events {
                switch event {
                case .exited:
                    return cause
                case .timedOut, .cancelled:
                    guard cause == nil else { continue }
                    cause = event
                    terminate(process.value)
                    group.addTask { await self.ring(.graceOver, after: self.grace) }
                case .graceOver:
                    kill(process.value)
                }
            }
            return cause
        }
    }

    private func ring(_ event: Event, after delay: Duration) async {
        do {
            try await clock.sleep(for: delay)
            sink.yield(event)
        } catch {
            // The command ended first.
        }
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
