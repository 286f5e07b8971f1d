import GRDB

/// The tables of the ledger. Migrations are only ever appended; a change to one that was released is a bug.
enum Schema {
    static var migrator: DatabaseMigrator {
        var migrator = DatabaseMigrator()
        migrator.registerMigration("1") { database in
            // Append-only: rows are never updated or deleted. `json` is the event without its sequence number;
            // `call` and `amount` repeat two of its fields, so that money can be added up and kept unambiguous in SQL.
            try database.execute(
                sql: """
                    CREATE TABLE event (
                        sequence INTEGER PRIMARY KEY,
                        time INTEGER NOT NULL,
                        run TEXT NOT NULL,
                        kind TEXT NOT NULL,
                        call TEXT,
                        amount INTEGER,
                        json TEXT NOT NULL
                    ) STRICT;
                    CREATE INDEX event_of_run ON event (run, sequence);
                    CREATE UNIQUE INDEX event_of_call ON event (run, call, kind) WHERE call IS NOT NULL;
                    CREATE INDEX event_reserved ON event (time) WHERE kind = 'call_reserved';

                    CREATE TABLE run (
                        id TEXT PRIMARY KEY,
                        started INTEGER NOT NULL,
                        updated INTEGER NOT NULL,
                        base TEXT NOT NULL DEFAULT '',
                        base_name TEXT NOT NULL DEFAULT '',
                        plan_path TEXT NOT NULL DEFAULT '',
                        recipe TEXT NOT NULL DEFAULT '',
                        spent INTEGER NOT NULL DEFAULT 0,
                        state TEXT NOT NULL DEFAULT 'open',
                        exit INTEGER
                    ) STRICT, WITHOUT ROWID;

                    CREATE TABLE run_feature (
                        run TEXT NOT NULL,
                        feature TEXT NOT NULL,
                        outcome TEXT,
                        PRIMARY KEY (run, feature)
                    ) STRICT, WITHOUT ROWID;
                    """)
        }
        return migrator
    }
}
