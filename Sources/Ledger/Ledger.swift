import Dispatch
import GRDB
import Synchronization
package import Telemetry

/// The journal of a repository's runs: what is in it happened, and what matters is in it before it is acted on.
///
/// Events get their place in the order in which ``append(_:)`` and ``post(_:)`` are called. Those that come while the disk
/// is busy share the next transaction, so that a thousand callers cost few syncs. Once a write failed, nothing is written
/// any more: a ledger has no holes.
package final class Ledger: Sendable {
    /// How long events that nobody waits for may wait for company: a transaction costs more than its rows.
    private static let postDelay = DispatchTimeInterval.milliseconds(20)

    /// What writing cost so far.
    package let metrics = Metrics()
    private let store: EventStore
    private let queue = Mutex(AppendQueue())
    private let subscribers = Mutex(Subscribers())
    // Waiting for a disk must not hold one of the few threads that all tasks share.
    private let writer = DispatchQueue(label: "moonshift.ledger.writer", qos: .userInitiated)

    private init(store: EventStore) {
        self.store = store
    }

    /// Opens a ledger, makes it where there is none, and brings its tables up to date.
    ///
    /// The file and its companions are readable by their owner only.
    /// - Parameters:
    ///   - path: The SQLite file; missing folders are made, for their owner only.
    ///   - creates: Whether a missing file is made; without it a missing file is an error.
    ///   - maximumSizeInBytes: A limit for the file, beyond which the disk counts as full; nil: none.
    /// - Returns: The open ledger; one object for one file and process.
    /// - Throws: ``LedgerError/missing(path:)``, ``LedgerError/newerSchema(path:)`` or ``LedgerError/cannotOpen(path:reason:)``.
    package static func open(
        path: String, creates: Bool = true, maximumSizeInBytes: Int? = nil
    ) throws(LedgerError) -> Ledger {
        Ledger(store: try EventStore(path: path, creates: creates, maximumSizeInBytes: maximumSizeInBytes))
    }

    /// Where the ledger is.
    package var path: String {
        store.path
    }

    /// What made the ledger unusable; nil while it can be written.
    package var failure: LedgerError? {
        queue.withLock { $0.failure }
    }

    /// Records events, all or none, and returns when they are on the disk.
    ///
    /// Cancellation of the task does not take them back.
    /// - Throws: ``LedgerError/full(path:)`` or ``LedgerError/cannotWrite(path:reason:)``, also for all later appends; or
    ///   ``LedgerError/contradiction(reason:)``, which concerns this append alone. The events are not in the ledger then.
    package func append(_ events: [RunEvent]) async throws(LedgerError) {
        let rows = try rows(events)
        try await withCheckedContinuation { enqueue(rows, waiter: $0) }.get()
    }

    /// Records events in the same order as ``append(_:)`` without waiting for the disk.
    ///
    /// They are written with the next append, or 20 ms later; a crash can lose those that came after the last append.
    /// What goes wrong with them makes the ledger unusable, which the next ``append(_:)`` or ``flush()`` reports.
    package func post(_ events: [RunEvent]) {
        do {
            enqueue(try rows(events), waiter: nil)
        } catch {
            abandon(with: error)
        }
    }

    /// Waits until everything that was posted before is on the disk.
    ///
    /// - Throws: What made the ledger unusable.
    package func flush() async throws(LedgerError) {
        try await append([])
    }

    /// The events that are appended from now on, each after it is durable, in their order.
    ///
    /// Every call makes an independent stream. It ends when the ledger is closed or becomes unusable.
    package func subscribe() -> AsyncStream<RunEvent> {
        let (stream, continuation) = AsyncStream.makeStream(of: RunEvent.self)
        let id = subscribers.withLock { $0.add(continuation) }
        continuation.onTermination = { [weak self] _ in
            self?.subscribers.withLock { $0.remove(id) }
        }
        if failure != nil { continuation.finish() }
        return stream
    }

    /// Writes what waits, ends all streams and closes the file; harmless when called again.
    ///
    /// - Throws: What made the ledger unusable, or that the file could not be closed.
    package func close() async throws(LedgerError) {
        if failure == .closed { return }
        var failures: [LedgerError] = []
        do throws(LedgerError) { try await flush() } catch { failures.append(error) }
        abandon(with: .closed)
        let closing: Result<Void, LedgerError> = await withCheckedContinuation { continuation in
            writer.async { [store] in
                continuation.resume(returning: Result { () throws(LedgerError) in try store.close() })
            }
        }
        if case .failure(let error) = closing { failures.append(error) }
        if let first = failures.first { throw first }
    }

    /// Runs a read on the ledger's own threads.
    func read<Output: Sendable>(
        _ body: @escaping @Sendable (Database) throws -> Output
    ) async throws(LedgerError) -> Output {
        try await store.read(body)
    }

    var synchronousLevel: Int? {
        get throws { try store.synchronousLevel() }
    }

    private func rows(_ events: [RunEvent]) throws(LedgerError) -> [EventRow] {
        let clock = PartClock()
        // Made on the caller's thread; counted with the transaction that writes them.
        defer { metrics.add(.ledger, calls: 0, wall: clock.wall, cpu: clock.threadCPU) }
        var rows: [EventRow] = []
        rows.reserveCapacity(events.count)
        for event in events { rows.append(try EventRow(event)) }
        return rows
    }

    private func enqueue(_ rows: [EventRow], waiter: CheckedContinuation<Result<Void, LedgerError>, Never>?) {
        do throws(LedgerError) {
            let start = try queue.withLock { queue throws(LedgerError) in
                try queue.add(AppendQueue.Entry(rows: rows, waiter: waiter))
            }
            switch start {
            case .now: writer.async { self.drain() }
            case .soon:
                writer.asyncAfter(deadline: .now() + Self.postDelay) {
                    if self.queue.withLock({ $0.beginPlannedDrain() }) { self.drain() }
                }
            case nil: break
            }
        } catch {
            waiter?.resume(returning: .failure(error))
        }
    }

    private func drain() {
        while true {
            let entries = queue.withLock { $0.next() }
            if entries.isEmpty { return }
            write(entries)
        }
    }

    private func write(_ entries: [AppendQueue.Entry]) {
        do {
            let rows = entries.flatMap(\.rows)
            if !rows.isEmpty {
                publish(try metrics.measure(.ledger) { () throws(LedgerError) in try store.write(rows) })
            }
            for entry in entries { entry.waiter?.resume(returning: .success(())) }
        } catch .contradiction where entries.count > 1 {
            // The others in the group did nothing wrong.
            for entry in entries { write([entry]) }
        } catch {
            refuse(entries, error)
        }
    }

    private func refuse(_ entries: [AppendQueue.Entry], _ error: LedgerError) {
        if case .contradiction = error, let waiter = entries.first?.waiter {
            waiter.resume(returning: .failure(error))
            return
        }
        abandon(with: error)
        for entry in entries { entry.waiter?.resume(returning: .failure(error)) }
    }

    private func abandon(with error: LedgerError) {
        for entry in queue.withLock({ $0.fail(error) }) { entry.waiter?.resume(returning: .failure(error)) }
        for continuation in subscribers.withLock({ $0.removeAll() }) { continuation.finish() }
    }

    private func publish(_ events: [RunEvent]) {
        let continuations = subscribers.withLock { $0.all }
        for continuation in continuations {
            for event in events { continuation.yield(event) }
        }
    }
}

/// Who wants to hear of appended events.
private struct Subscribers {
    private var nextID = 0
    private var continuations: [Int: AsyncStream<RunEvent>.Continuation] = [:]

    var all: [AsyncStream<RunEvent>.Continuation] {
        Array(continuations.values)
    }

    mutating func add(_ continuation: AsyncStream<RunEvent>.Continuation) -> Int {
        nextID += 1
        continuations[nextID] = continuation
        return nextID
    }

    mutating func remove(_ id: Int) {
        continuations[id] = nil
    }

    mutating func removeAll() -> [AsyncStream<RunEvent>.Continuation] {
        defer { continuations = [:] }
        return all
    }
}
