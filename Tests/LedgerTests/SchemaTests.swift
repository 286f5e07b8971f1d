import Foundation
import GRDB
import MoonshiftTestSupport
import Testing

@testable import Ledger

@Suite struct SchemaTests {
    @Test func theReleasedMigrationsAreTheseInThisOrder() {
        #expect(Schema.migrator.migrations == ["1"])
    }

    @Test func aLedgerOfANewerProgramIsRefusedUntouched() async throws {
        let folder = try TemporaryDirectory("schema")
        let path = folder.path(of: "ledger.sqlite")
        let ledger = try Ledger.open(path: path)
        try await ledger.append([.notice("one")])
        try await ledger.close()
        try addMigration("999", to: path)
        #expect(throws: LedgerError.newerSchema(path: path)) { try Ledger.open(path: path) }
    }

    private func addMigration(_ name: String, to path: String) throws {
        let database = try DatabaseQueue(path: path)
        try database.write {
            try $0.execute(sql: "INSERT INTO grdb_migrations (identifier) VALUES (?)", arguments: [name])
        }
        try database.close()
    }
}
