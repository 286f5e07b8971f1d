import GRDB
package import Vocabulary

extension Ledger {
    /// The events of a run that are on the disk, in their order.
    ///
    /// - Parameters:
    ///   - run: The run; an unknown one has no events.
    ///   - first: The lowest sequence number wanted.
    ///   - kinds: The kinds wanted; nil: all.
    /// - Returns: The events with their sequence numbers.
    /// - Throws: ``LedgerError/cannotRead(path:reason:)`` or ``LedgerError/unreadableEvent(sequence:reason:)``.
    package func events(
        of run: RunID, from first: Int64 = 0, kinds: Set<RunEvent.Kind>? = nil
    ) async throws(LedgerError) -> [RunEvent] {
        let wanted = kinds.map { kinds in
            let names = kinds.map { "'\($0.rawValue)'" }.sorted()
            return " AND kind IN (\(names.joined(separator: ", ")))"
        }
        let sql = "SELECT sequence, json FROM event WHERE run = ? AND sequence >= ?\(wanted ?? "") ORDER BY sequence"
        return try await read { database in
            let rows = try Row.fetchCursor(database, sql: sql, arguments: [run.rawValue, first])
            var events: [RunEvent] = []
            while let row = try rows.next() {
                events.append(try EventRow.event(sequence: row["sequence"], json: row["json"]))
            }
            return events
        }
    }

    /// All runs of the ledger, the newest first.
    ///
    /// - Throws: ``LedgerError/cannotRead(path:reason:)``.
    package func runs() async throws(LedgerError) -> [RunSummaryRow] {
        try await read(RunTables.rows)
    }

    /// What model calls reserved since a time have cost, over all runs but one.
    ///
    /// A call without a settlement counts with all that was reserved for it.
    /// - Parameters:
    ///   - time: Milliseconds since 1970 in UTC; ``UTCTime/startOfDay(_:)`` for a day's spending.
    ///   - run: The run to leave out, because its own events are counted elsewhere; nil: none.
    /// - Returns: The sum of the charges and the open holds.
    /// - Throws: ``LedgerError/cannotRead(path:reason:)``.
    package func charges(since time: Int64, excluding run: RunID? = nil) async throws(LedgerError) -> Picodollars {
        let sql = """
            SELECT COALESCE(settled.amount, reserved.amount) FROM event AS reserved
            LEFT JOIN event AS settled
            ON settled.run = reserved.run AND settled.call = reserved.call AND settled.kind = 'call_settled'
            WHERE reserved.kind = 'call_reserved' AND reserved.time >= ? AND reserved.run <> ?
            """
        return try await read { database in
            let amounts = try Int64.fetchCursor(database, sql: sql, arguments: [time, run?.rawValue ?? ""])
            var sum = Picodollars.zero
            while let amount = try amounts.next() { sum += Picodollars(amount) }
            return sum
        }
    }
}
