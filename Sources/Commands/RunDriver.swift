import Console
import Engine
import Foundation
import Ledger
import Metering
import ModelAPI
import Recipes
import Synchronization
import Verification
import Vocabulary

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

    /// - Returns: The summary as the ledger has it, and the signal that stopped the run hard, if one did.
    /// - Throws: What ended the run before its time; the ledger keeps what was done until then.
    func drive(_ work: Work) async throws -> (summary: RunSummary, signal: Int32?) {
        let services = assembly.services
        let start = ContinuousClock.now
        let events = services.ledger.subscribe()
        let log = try output.logFile.map { try EventLog(path: context.absolute($0)) }
        async let shown: Void = show(events, log: log)
        async let delivered: Void = host.deliverEvents()
        let outcome = await watched(work)
        host.finish()
        await assembly.close()
        if services.ledger.failure == nil { try? await finish(start: start) }
        try? await services.ledger.close()
        _ = await (shown, delivered)
        if case .failure(let failure) = outcome.result, outcome.signal == nil { throw failure }
        return (try await summary(start: start), outcome.signal)
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
                    if services.control.drain("interrupted") {
                        context.progress("stopping: work in flight ends first; interrupt again to stop at once")
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

    /// The signal of a second interrupt.
    private final class HardStop: Sendable {
        let signal = Mutex<Int32?>(nil)
    }

    /// Writes the summary down as the run's last event.
    private func finish(start: ContinuousClock.Instant) async throws {
        let summary = try await summary(start: start)
        try await assembly.services.journal.record(
            .runFinished(RunEvent.RunFinished(summary: summary.value, exit: Int(summary.exitCode))))
    }

    private func summary(start: ContinuousClock.Instant) async throws -> RunSummary {
        let services = assembly.services
        let ledger =
            services.ledger.failure == nil
            ? services.ledger : try Ledger.open(path: services.ledger.path, creates: false)
        let record = RunRecord(try await ledger.events(of: services.run))
        return RunSummary(
            run: services.run, record: record, seconds: (ContinuousClock.now - start).seconds,
            cap: services.settings.maxCost)
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

extension OutputOptions {
    /// Prints the summary as text or as the last JSON line, and writes it to `--output`.
    func show(_ summary: RunSummary, extra: [String: Value] = [:], context: CommandContext) throws {
        guard case .map(let fields) = summary.value else { return }
        let value = Value.map(fields.merging(extra) { $1 })
        if json {
            context.output(value.json + "\n")
        } else {
            for line in SummaryText(summary).lines { context.output(line + "\n") }
        }
        guard let output else { return }
        do {
            try Data((value.prettyJSON + "\n").utf8).write(to: URL(fileURLWithPath: context.absolute(output)))
        } catch {
            throw CommandFailure(.failed, "cannot write --output \(output): \(error.localizedDescription)")
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
