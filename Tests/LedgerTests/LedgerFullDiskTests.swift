import Foundation
import Ledger
import MoonshiftTestSupport
import Testing
import Vocabulary

@Suite(.serialized, .timeLimit(.minutes(1))) struct LedgerFullDiskTests {
    @Test func aFullFileStopsTheLedgerAndLosesNothingSilently() async throws {
        let folder = try TemporaryDirectory("full")
        let path = folder.path(of: "ledger.sqlite")
        let ledger = try Ledger.open(path: path, maximumSizeInBytes: 400_000)
        let recorded = try await fill(ledger)
        try await check(ledger, path: path, holds: recorded)
    }

    @Test(.enabled(if: getuid() == 0)) func aFullDiskStopsTheLedgerAndLosesNothingSilently() async throws {
        let folder = try TemporaryDirectory("disk")
        guard try run("/bin/mount", "-t", "tmpfs", "-o", "size=512k", "tmpfs", folder.path) == 0 else { return }
        do {
            let path = folder.path(of: "ledger.sqlite")
            let ledger = try Ledger.open(path: path)
            let recorded = try await fill(ledger)
            try await check(ledger, path: path, holds: recorded)
        } catch {
            Issue.record(error)
        }
        #expect(try run("/bin/umount", "-l", folder.path) == 0)
    }

    @Test func aPostThatFailsIsReportedByTheNextFlush() async throws {
        let folder = try TemporaryDirectory("post")
        let path = folder.path(of: "ledger.sqlite")
        let ledger = try Ledger.open(path: path, maximumSizeInBytes: 100_000)
        ledger.post([.notice(String(repeating: "x", count: 200_000))])
        await #expect(throws: LedgerError.full(path: path)) { try await ledger.flush() }
        #expect(ledger.failure == .full(path: path))
        try? await ledger.close()
    }

    /// Appends until nothing fits; returns how many appends went through.
    private func fill(_ ledger: Ledger) async throws -> Int {
        let filler = String(repeating: "x", count: 5000)
        for index in 0..<1000 {
            do {
                try await ledger.append([.notice("\(index) \(filler)")])
            } catch LedgerError.full {
                return index
            }
        }
        Issue.record("the disk never filled up")
        return 1000
    }

    private func check(_ ledger: Ledger, path: String, holds count: Int) async throws {
        #expect(count > 10)
        // A small event would fit again, but the ledger would have a hole.
        await #expect(throws: LedgerError.full(path: path)) { try await ledger.append([.notice("small")]) }
        await #expect(throws: LedgerError.full(path: path)) { try await ledger.flush() }
        #expect(try await ledger.events(of: "r1").count == count)
        for await _ in ledger.subscribe() { Issue.record("nothing is appended any more") }
        await #expect(throws: LedgerError.full(path: path)) { try await ledger.close() }
        let copy = try TemporaryDirectory("copy")
        for suffix in ["", "-wal"] where FileManager.default.fileExists(atPath: path + suffix) {
            try FileManager.default.copyItem(atPath: path + suffix, toPath: copy.path(of: "ledger.sqlite" + suffix))
        }
        let reopened = try Ledger.open(path: copy.path(of: "ledger.sqlite"), creates: false)
        let numbers = try await reopened.events(of: "r1").compactMap { $0.message?.split(separator: " ").first }
        #expect(numbers.map(String.init) == (0..<count).map(String.init))
        try await reopened.close()
    }

    private func run(_ program: String, _ arguments: String...) throws -> Int32 {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: program)
        process.arguments = arguments
        process.standardError = FileHandle.nullDevice
        try process.run()
        process.waitUntilExit()
        return process.terminationStatus
    }
}
