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

    private(set) var failure: LedgerError?
    private var entries: [Entry] = []
    private var isDraining = false

    /// Adds an entry behind all others.
    ///
    /// - Returns: Whether the caller has to start a drain, because none is going on.
    /// - Throws: What made the ledger unusable; the entry is not kept then.
    mutating func add(_ entry: Entry) throws(LedgerError) -> Bool {
        if let failure { throw failure }
        entries.append(entry)
        defer { isDraining = true }
        return !isDraining
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
