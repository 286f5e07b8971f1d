import Foundation
import GRDB
import Vocabulary

/// The SQLite file: one connection object, WAL, every commit synced to the disk.
struct EventStore: Sendable {
    let path: String
    private let pool: DatabasePool

    /// Opens the file and brings its tables up to date; a limit on its size stands in for a full disk.
    init(path: String, creates: Bool, maximumSizeInBytes: Int? = nil) throws(LedgerError) {
        self.path = path
        try Self.prepareFile(path, creates: creates)
        do {
            pool = try DatabasePool(path: path, configuration: Self.configuration)
            // Opening a pool sets `synchronous` to NORMAL, under which a power cut can take back a commit.
            try pool.writeWithoutTransaction { database in
                try database.execute(sql: "PRAGMA synchronous = FULL")
                if let maximumSizeInBytes {
                    let pageSize = try Int.fetchOne(database, sql: "PRAGMA page_size") ?? 4096
                    _ = try Int.fetchOne(database, sql: "PRAGMA max_page_count = \(maximumSizeInBytes / pageSize)")
                }
            }
            let migrator = Schema.migrator
            if try pool.read(migrator.hasBeenSuperseded) { throw LedgerError.newerSchema(path: path) }
            try migrator.migrate(pool)
        } catch {
            throw Self.openingError(error, path: path)
        }
    }

    /// Writes the rows in one transaction.
    ///
    /// - Returns: The events with their sequence numbers, which follow the last one in the file.
    /// - Throws: Why nothing of it was written.
    func write(_ rows: [EventRow]) throws(LedgerError) -> [RunEvent] {
        do {
            return try pool.write { database in
                var last = try Int64.fetchOne(database, sql: "SELECT MAX(sequence) FROM event") ?? 0
                let insertion = try database.cachedStatement(
                    sql: """
                        INSERT INTO event (sequence, time, run, kind, call, amount, json)
                        VALUES (?, ?, ?, ?, ?, ?, ?)
                        """)
                let events = try rows.map { row in
                    last += 1
                    try insertion.execute(arguments: [
                        last, row.event.time, row.event.run.rawValue, row.event.kind.rawValue, row.call, row.amount,
                        row.json,
                    ])
                    var event = row.event
                    event.sequence = last
                    return event
                }
                try RunTables.update(database, with: events)
                return events
            }
        } catch {
            throw writingError(error)
        }
    }

    func read<Result: Sendable>(_ body: @escaping @Sendable (Database) throws -> Result) async throws(LedgerError)
        -> Result
    {
        do {
            return try await pool.read(body)
        } catch let error as LedgerError {
            throw error
        } catch {
            throw .cannotRead(path: path, reason: Self.reason(error))
        }
    }

    /// The value of `PRAGMA synchronous` on the connection that writes; 2 is FULL.
    func synchronousLevel() throws -> Int? {
        try pool.writeWithoutTransaction { try Int.fetchOne($0, sql: "PRAGMA synchronous") }
    }

    func close() throws(LedgerError) {
        do {
            try pool.close()
        } catch {
            throw .cannotWrite(path: path, reason: Self.reason(error))
        }
    }

    private static var configuration: Configuration {
        var configuration = Configuration()
        configuration.label = "moonshift.ledger"
        configuration.busyMode = .timeout(10)
        configuration.maximumReaderCount = 3
        return configuration
    }

    /// Makes the file before SQLite does, because SQLite would make it readable for everybody.
    private static func prepareFile(_ path: String, creates: Bool) throws(LedgerError) {
        if !creates, !FileManager.default.fileExists(atPath: path) { throw .missing(path: path) }
        let folder = URL(fileURLWithPath: path).deletingLastPathComponent().path
        if creates {
            do {
                try FileManager.default.createDirectory(
                    atPath: folder, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
            } catch {
                let cause = (error as NSError).userInfo[NSUnderlyingErrorKey].flatMap { $0 as? any Error } as NSError?
                let reason = cause.map { String(cString: strerror(Int32($0.code))) } ?? error.localizedDescription
                throw .cannotOpen(path: path, reason: "its folder cannot be made: \(reason)")
            }
        }
        let descriptor = open(path, O_RDWR | O_CLOEXEC | (creates ? O_CREAT : 0), 0o600)
        guard descriptor >= 0 else { throw .cannotOpen(path: path, reason: String(cString: strerror(errno))) }
        fchmod(descriptor, 0o600)
        Glibc.close(descriptor)
    }

    private static func openingError(_ error: any Error, path: String) -> LedgerError {
        if let error = error as? LedgerError { return error }
        if let error = error as? DatabaseError, error.resultCode == .SQLITE_FULL { return .full(path: path) }
        return .cannotOpen(path: path, reason: reason(error))
    }

    private func writingError(_ error: any Error) -> LedgerError {
        guard let error = error as? DatabaseError else { return .cannotWrite(path: path, reason: "\(error)") }
        return switch error.resultCode {
        case .SQLITE_FULL: .full(path: path)
        case .SQLITE_CONSTRAINT: .contradiction(reason: Self.reason(error))
        default: .cannotWrite(path: path, reason: Self.reason(error))
        }
    }

    /// What went wrong without the SQL and its arguments.
    private static func reason(_ error: any Error) -> String {
        guard let error = error as? DatabaseError else { return String(describing: error) }
        return "\(error.message ?? "unknown error") (SQLite code \(error.extendedResultCode.rawValue))"
    }
}
