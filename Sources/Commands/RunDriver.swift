import Console
import Engine
import Foundation
import Ledger
import Metering
import ModelAPI
import PolicyContract
import Recipes
import Synchronization
import Telemetry
import Verification
import Vocabulary
import Workspaces

/// How this process's part of a run ended.
struct RunEnd {
    var summary: RunSummary
    /// The signal that stopped the run hard; nil when none did.
    var signal: Int32?
    /// Calls, time and memory by part, as ``Metrics`` counts them.
    var metrics: Value
}

/// Drives one run to its end: prints what happens, minds interrupts, writes the summary.
struct RunDriver {
    enum Work: Sendable {
        case start(Preparation, RunEngine.Origin)
        case resume(RunRecord)
    }

    let assembly: RunAssembly
    let host: RecipeHost
    let output: OutputOptions
    let context: CommandContext
    /// Whether recipes get each event; off when no policy but the empty built-in one would see it.
    let tellsRecipes: Bool

    /// Works until the end; what is thrown ended the run before its time, and the ledger keeps what was done until then.
    func drive(_ work: Work) async throws -> RunEnd {
        let services = assembly.services
        let start = ContinuousClock.now
        let log = try await openLog()
        let events = services.ledger.subscribe()
        async let shown: Void = show(events, log: log)
        async let delivered: Void = host.deliverEvents()
        let outcome = await watched(work)
        host.finish()
        await assembly.close()
        let failure = outcome.signal == nil ? outcome.result.failure.map(Self.stopped) : nil
        let seconds = (ContinuousClock.now - start).seconds
        var recorded: RunSummary?
        if services.ledger.failure == nil { recorded = try? await finish(work, seconds: seconds, failure: failure) }
        try? await services.ledger.close()
        _ = await (shown, delivered)
        if let failure {
            if services.ledger.failure != nil { await noteLate(failure) }
            await showSummary(of: work, seconds: seconds, stoppedBy: failure)
            throw failure
        }
        let summary = if let recorded { recorded } else { try await summary(of: work, seconds: seconds) }
        return RunEnd(summary: summary, signal: outcome.signal, metrics: counts())
    }

    /// The file of `--log-file`; when it cannot be had, the run is taken apart again.
    private func openLog() async throws -> EventLog? {
        guard let logFile = output.logFile else { return nil }
        do {
            return try EventLog(path: context.absolute(logFile))
        } catch {
            await assembly.close()
            try? await assembly.services.ledger.close()
            throw error
        }
    }

    /// Disk, git or a program failed under a run that is on record: it can go on once that is mended.
    private static func stopped(by failure: any Error) -> any Error {
        switch failure {
        case is PolicyError, is RecipeError, is ResumeError, is LedgerError, is CancellationError: failure
        default:
            CommandFailure(
                .stopped,
                """
                \(FailureText(failure).text)
                The run stopped, what it did is kept. Mend this, then go on with `moonshift resume`.
                """)
        }
    }

    /// Runs the engine while interrupts are minded: the first lets work in flight end, the second ends it.
    private func watched(_ work: Work) async -> (result: Result<Void, any Error>, signal: Int32?) {
        let services = assembly.services
        let hardStop = HardStop()
        let run = Task {
            let engine = RunEngine(services: services)
            switch work {
            case .start(let preparation, let origin): try await engine.start(preparation, origin: origin)
            case .resume(let record): try await engine.resume(record)
            }
        }
        return await withTaskGroup(of: Void.self) { group in
            group.addTask { [context] in
                for await number in Interrupts.stream() {
                    let openCalls = services.client.openCalls
                    if services.control.interrupt() {
                        context.progress("stopping: work in flight ends first; interrupt again to stop at once")
                        sayWhatIsWaitedFor(openCalls)
                    } else {
                        hardStop.signal.withLock { $0 = number }
                        services.meter.stop()
                        run.cancel()
                    }
                }
            }
            let result = await run.result
            group.cancelAll()
            return (result, hardStop.signal.withLock(\.self))
        }
    }

    /// Calls in flight are what an interrupted run can wait for longest.
    private func sayWhatIsWaitedFor(_ calls: Int) {
        guard calls > 0 else { return }
        context.progress(
            """
            waiting for \(calls.counted("answer")) of the model server; \
            a call that stays silent for \(assembly.stopTimeout.words) is given up and charged in full
            """)
    }

    /// The signal of a second interrupt.
    private final class HardStop: Sendable {
        let signal = Mutex<Int32?>(nil)
    }

    /// The counters of all parts. Event loops and ended children are counted as wholes: the first are all HTTP, the second
    /// nearly all test commands, the cage's own programs included.
    private func counts() -> Value {
        let services = assembly.services
        services.metrics.add(.tests, calls: 0, wall: .zero, cpu: ProcessUsage.children.cpu)
        services.metrics.add(
            .http, calls: services.client.attemptCount, wall: .zero, cpu: ProcessUsage.threads(named: "NIO"))
        return services.metrics.snapshot(with: [services.repository.metrics, services.ledger.metrics])
    }

    /// Writes down what failed, and the summary as the run's last event.
    private func finish(_ work: Work, seconds: Double, failure: (any Error)?) async throws -> RunSummary {
        let journal = assembly.services.journal
        if let failure { try await journal.record(.stopped(RunEvent.Stopped(reason: FailureText(failure).line))) }
        let summary = try await summary(of: work, seconds: seconds)
        let exit = failure.map { FailureText($0).status.rawValue } ?? summary.exitCode
        try await journal.record(.runFinished(RunEvent.RunFinished(summary: summary.value, exit: Int(exit))))
        return summary
    }

    /// Tries to write down why the ledger could not be written: closing it gives space back, and a disk may be full for a
    /// moment only.
    private func noteLate(_ failure: any Error) async {
        let services = assembly.services
        guard let ledger = try? Ledger.open(path: services.ledger.path, creates: false) else { return }
        try? await Journal(ledger: ledger, run: services.run).record(
            .stopped(RunEvent.Stopped(reason: FailureText(failure).line)))
        try? await ledger.close()
    }

    /// The last line of `--json` is the summary, also when the run ends by an error; without a ledger to read there is none.
    private func showSummary(
        of work: Work, seconds: Double, stoppedBy failure: any Error
    ) async {
        guard output.json, let summary = try? await summary(of: work, seconds: seconds) else { return }
        let exit = FailureText(failure).status.rawValue
        try? output.show(
            RunEnd(summary: summary, signal: nil, metrics: counts()), extra: ["exit": Value(Int(exit))],
            context: context)
    }

    /// `seconds`: how long this process worked on the run.
    private func summary(of work: Work, seconds: Double) async throws -> RunSummary {
        let services = assembly.services
        var landedBefore = 0
        if case .resume(let before) = work { landedBefore = before.batches.reduce(0) { $0 + $1.landedOrder.count } }
        let ledger =
            services.ledger.failure == nil
            ? services.ledger : try Ledger.open(path: services.ledger.path, creates: false)
        let record = try await RunRecord.read(services.run, from: ledger)
        var summary = RunSummary(
            run: services.run, record: record, seconds: seconds,
            cap: services.settings.maxCost, landedBefore: landedBefore)
        summary.isServiceLost = services.control.isServiceLost
        return summary
    }

    private func show(_ events: AsyncStream<RunEvent>, log: EventLog?) async {
        var lines = ProgressLines(isVerbose: output.verbose)
        for await event in events {
            if output.json || log != nil || tellsRecipes, let value = try? Value(encoding: event) {
                if output.json { context.output(value.json + "\n") }
                log?.write(value.json)
                if tellsRecipes { host.observe(value) }
            }
            if !output.quiet, !output.json, let line = lines.line(for: event) { context.progress(line) }
        }
    }
}

extension Result {
    fileprivate var failure: Failure? {
        if case .failure(let failure) = self { failure } else { nil }
    }
}

extension OutputOptions {
    /// Finds out whether `--output` and `--log-file` can be written, before anything is spent; makes neither.
    func checkFiles(in context: CommandContext) throws(CommandFailure) {
        for (option, name) in [("--output", output), ("--log-file", logFile)] {
            guard let name else { continue }
            let path = context.absolute(name)
            let folder = URL(fileURLWithPath: path).deletingLastPathComponent().path
            var isFolder: ObjCBool = false
            let problem: String? =
                if FileManager.default.fileExists(atPath: path, isDirectory: &isFolder) {
                    isFolder.boolValue
                        ? "it is a folder; name a file"
                        : FileManager.default.isWritableFile(atPath: path) ? nil : "check its permissions"
                } else {
                    FileManager.default.isWritableFile(atPath: folder)
                        ? nil : "check that its folder exists and is writable"
                }
            if let problem { throw CommandFailure(.usage, "cannot write \(option) \(name): \(problem)") }
        }
    }

    /// Prints the summary as text or as the last JSON line, and writes it to `--output`.
    func show(_ end: RunEnd, extra: [String: Value] = [:], context: CommandContext) throws {
        guard case .map(let fields) = end.summary.value else { return }
        let value = Value.map(fields.merging(extra) { $1 }.merging(["metrics": end.metrics]) { $1 })
        if json {
            context.output(value.json + "\n")
        } else {
            for line in SummaryText(end.summary).lines { context.output(line + "\n") }
        }
        guard let output else { return }
        do {
            try Data((value.prettyJSON + "\n").utf8).write(to: URL(fileURLWithPath: context.absolute(output)))
        } catch {
            throw CommandFailure(.failed, "cannot write --output \(output): \(error.reason)")
        }
    }
}

/// The file of `--log-file`: every event as a JSON line, appended.
final class EventLog: Sendable {
    private let file: Mutex<FileHandle>

    init(path: String) throws {
        if !FileManager.default.fileExists(atPath: path) {
            guard FileManager.default.createFile(atPath: path, contents: nil) else {
                throw CommandFailure(
                    .usage, "cannot write --log-file \(path): check that its folder exists and is writable")
            }
        }
        guard let handle = FileHandle(forWritingAtPath: path) else {
            throw CommandFailure(.usage, "cannot write --log-file \(path): check its permissions")
        }
        try handle.seekToEnd()
        file = Mutex(handle)
    }

    /// Appends a line; a log that cannot be written does not stop the run.
    func write(_ line: String) {
        file.withLock { try? $0.write(contentsOf: Data((line + "\n").utf8)) }
    }
}
