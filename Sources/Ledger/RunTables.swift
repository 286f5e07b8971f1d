import GRDB
import Vocabulary

/// Derives the list of runs from the events, in the transaction that stores them.
enum RunTables {
    /// Updates the rows of every run that the events belong to.
    static func update(_ database: Database, with events: [RunEvent]) throws {
        var spent: [RunID: Picodollars] = [:]
        var updated: [RunID: Int64] = [:]
        for event in events {
            if updated[event.run] == nil {
                try run(
                    database, "INSERT OR IGNORE INTO run (id, started, updated) VALUES (?, ?, ?)",
                    [event.run.rawValue, event.time, event.time])
            }
            updated[event.run] = event.time
            if case .callSettled(let payload) = event.body { spent[event.run, default: .zero] += payload.amount }
            try apply(event, to: database)
        }
        for (id, time) in updated {
            try run(
                database, "UPDATE run SET updated = ?, spent = spent + ? WHERE id = ?",
                [time, spent[id, default: .zero].rawValue, id.rawValue])
        }
    }

    /// All runs, the newest first.
    static func rows(_ database: Database) throws -> [RunSummaryRow] {
        let counts = RunEvent.FeatureOutcome.allCases.map { outcome in
            "COUNT(*) FILTER (WHERE outcome = '\(outcome.rawValue)') AS \(outcome.rawValue)"
        }
        let sql = """
            SELECT run.*, features, landed, already_done, failed, skipped, held, unknown FROM run
            LEFT JOIN (SELECT run, COUNT(*) AS features, \(counts.joined(separator: ", ")) FROM run_feature GROUP BY run)
            AS counted ON counted.run = run.id
            LEFT JOIN (\(held)) AS held ON held.run = run.id
            LEFT JOIN (\(unknown)) AS unknown ON unknown.run = run.id
            ORDER BY started DESC, id DESC
            """
        return try Row.fetchAll(database, sql: sql).map(summary)
    }

    private static let held = """
        SELECT run, SUM(amount) AS held FROM event AS reserved
        WHERE kind = 'call_reserved' AND NOT EXISTS (
            SELECT 1 FROM event AS settled WHERE settled.run = reserved.run AND settled.call = reserved.call
            AND settled.kind = 'call_settled')
        GROUP BY run
        """

    private static let unknown = """
        SELECT run, SUM(amount) AS unknown FROM event
        WHERE kind = 'call_settled' AND json_extract(json, '$.is_unknown') GROUP BY run
        """

    private static func apply(_ event: RunEvent, to database: Database) throws {
        let id = event.run.rawValue
        switch event.body {
        case .runStarted(let payload):
            try run(
                database,
                "UPDATE run SET started = ?, base = ?, base_name = ?, plan_path = ?, recipe = ?, state = 'open' WHERE id = ?",
                [event.time, payload.base, payload.baseName, payload.planPath, payload.recipe, id])
        case .runResumed:
            try run(database, "UPDATE run SET state = 'open', exit = NULL WHERE id = ?", [id])
        case .stopped:
            try run(database, "UPDATE run SET state = 'stopped' WHERE id = ?", [id])
        case .runFinished(let payload):
            // The exit codes of a run that stopped early and can be resumed.
            let state: RunSummaryRow.State = [69, 75].contains(payload.exit) ? .stopped : .finished
            try run(database, "UPDATE run SET state = ?, exit = ? WHERE id = ?", [state.rawValue, payload.exit, id])
        case .batchPlanned(let payload):
            for feature in payload.features {
                try run(
                    database, "INSERT OR IGNORE INTO run_feature (run, feature) VALUES (?, ?)", [id, feature.rawValue])
            }
        case .featureDone(let payload):
            guard let feature = event.feature else { return }
            try run(
                database, "INSERT OR REPLACE INTO run_feature (run, feature, outcome) VALUES (?, ?, ?)",
                [id, feature.rawValue, payload.outcome.rawValue])
        default:
            break
        }
    }

    private static func run(_ database: Database, _ sql: String, _ arguments: StatementArguments) throws {
        try database.cachedStatement(sql: sql).execute(arguments: arguments)
    }

    private static func summary(_ row: Row) -> RunSummaryRow {
        RunSummaryRow(
            run: RunID(rawValue: row["id"]), started: row["started"], updated: row["updated"], base: row["base"],
            baseName: row["base_name"], planPath: row["plan_path"], recipe: row["recipe"],
            state: RunSummaryRow.State(rawValue: row["state"]) ?? .open, exit: row["exit"],
            spent: Picodollars(row["spent"]), spentUnknown: Picodollars(row["unknown"] ?? 0),
            held: Picodollars(row["held"] ?? 0), features: row["features"] ?? 0, landed: row["landed"] ?? 0,
            alreadyDone: row["already_done"] ?? 0, failed: row["failed"] ?? 0, skipped: row["skipped"] ?? 0)
    }
}
