/// What waits to be written, and whether anything may still be written at all.
///
/// A pure state: who writes asks ``next()`` until it says that there is nothing left.
struct AppendQueue: Sendable {
    /// The events of one `append` or `post`, with whoever waits for them.
    struct Entry: Sendable {
        var rows: [EventRow]
        /// nil: nobody waits.
        var waiter: CheckedContinuation<Result<Void, LedgerError>, Never>?
    }

    /// When a drain has to start so that an entry is written.
    enum Drain: Equatable, Sendable {
        /// Somebody waits for the disk.
        case now
        /// Nobody does: a moment later, together with what comes until then.
        case soon
    }

    private(set) var failure: LedgerError?
    private var entries: [Entry] = []
    private var isDraining = false
    private var isDrainPlanned = false

    /// Adds an entry behind all others.
    ///
    /// - Returns: The drain that the caller has to start; nil when one is going on or planned that is soon enough.
    /// - Throws: What made the ledger unusable; the entry is not kept then.
    mutating func add(_ entry: Entry) throws(LedgerError) -> Drain? {
        if let failure { throw failure }
        entries.append(entry)
        if isDraining { return nil }
        if entry.waiter != nil {
            isDraining = true
            return .now
        }
        defer { isDrainPlanned = true }
        return isDrainPlanned ? nil : .soon
    }

    /// Starts the drain that was planned, unless another one wrote everything already.
    mutating func beginPlannedDrain() -> Bool {
        isDrainPlanned = false
        guard !isDraining, !entries.isEmpty else { return false }
        isDraining = true
        return true
    }

    /// Everything that waits, to be written together; empty when the drain is over.
    mutating func next() -> [Entry] {
        defer { entries = [] }
        if entries.isEmpty { isDraining = false }
        return entries
    }

    /// Refuses everything from now on.
    ///
    /// - Returns: Entries that will never be written; those who wait for them are to be told.
    mutating func fail(_ error: LedgerError) -> [Entry] {
        if failure == nil { failure = error }
        defer { entries = [] }
        return entries
    }
}
