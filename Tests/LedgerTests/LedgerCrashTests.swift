import Foundation
import Ledger
import MoonshiftTestSupport
import Testing
import Vocabulary

@Suite(.heavy, .timeLimit(.minutes(1))) struct LedgerCrashTests {
    @Test func aWALCutAnywhereLeavesAPrefixOfTheEvents() async throws {
        let (folder, image) = try await crashedLedger(events: 12)
        let cuts = Set(stride(from: 0, through: image.wal.count, by: 211))
            .union(Self.frameEdges(image.wal.count).flatMap { [$0 - 1, $0, $0 + 1] })
            .filter { (0...image.wal.count).contains($0) }
        var lengths: Set<Int> = []
        for cut in cuts.sorted() {
            let length = try await survivors(in: folder, database: image.database, wal: Array(image.wal.prefix(cut)))
            // A longer file never holds fewer events.
            #expect(length >= (lengths.max() ?? 0))
            lengths.insert(length)
        }
        #expect(lengths == Set(0...12))
    }

    @Test func aDamagedWALLeavesAPrefixOfTheEvents() async throws {
        let (folder, image) = try await crashedLedger(events: 12)
        var generator = SeededGenerator(seed: 1)
        for _ in 0..<100 {
            var wal = image.wal
            let place = Int.random(in: 32..<wal.count, using: &generator)
            wal[place] ^= UInt8.random(in: 1...255, using: &generator)
            let length = try await survivors(in: folder, database: image.database, wal: wal)
            #expect((0...12).contains(length), "byte \(place)")
        }
    }

    @Test func whatAnAppendReturnedForSurvivesAKill() async throws {
        let folder = try TemporaryDirectory("kill")
        let path = folder.path
        await #expect(processExitsWith: .signal(SIGKILL)) { [path = path as String] in
            let ledger = try Ledger.open(path: "\(path)/ledger.sqlite")
            for index in 0..<20 { try await ledger.append([.notice("\(index)")]) }
            for index in 20..<1000 { ledger.post([.notice("\(index)")]) }
            kill(getpid(), SIGKILL)
        }
        let ledger = try Ledger.open(path: folder.path(of: "ledger.sqlite"), creates: false)
        let messages = try await ledger.events(of: "r1").compactMap(\.message)
        #expect(messages.count >= 20)
        #expect(messages == (0..<messages.count).map(String.init))
        try await ledger.close()
    }

    /// A ledger as a crash leaves it: the file before any checkpoint, and its WAL.
    private func crashedLedger(
        events: Int
    ) async throws -> (TemporaryDirectory, (database: [UInt8], wal: [UInt8])) {
        let folder = try TemporaryDirectory("torn")
        let path = folder.path(of: "original.sqlite")
        try await Ledger.open(path: path).close()
        let ledger = try Ledger.open(path: path)
        for index in 0..<events { try await ledger.append([.notice("\(index)")]) }
        let read = { (suffix: String) in Array(try Data(contentsOf: URL(fileURLWithPath: path + suffix))) }
        let image = (database: try read(""), wal: try read("-wal"))
        try await ledger.close()
        return (folder, image)
    }

    /// How many events a ledger of these bytes has; they must be the first ones, each as it was written.
    private func survivors(in folder: TemporaryDirectory, database: [UInt8], wal: [UInt8]) async throws -> Int {
        let path = try folder.write(database, to: "copy.sqlite")
        try folder.write(wal, to: "copy.sqlite-wal")
        let ledger = try Ledger.open(path: path, creates: false)
        let events = try await ledger.events(of: "r1")
        #expect(events.map(\.message) == (0..<events.count).map(String.init))
        #expect(events.map(\.sequence) == (0..<events.count).map { Int64($0) + 1 })
        // And it goes on from there.
        try await ledger.append([.notice("next")])
        #expect(try await ledger.events(of: "r1").last?.message == "next")
        try await ledger.close()
        for suffix in ["", "-wal", "-shm"] { try? FileManager.default.removeItem(atPath: path + suffix) }
        return events.count
    }

    /// The ends of the WAL's frames: a header of 32 bytes, then frames of 24 bytes and a page.
    ///
    /// - SeeAlso: https://www.sqlite.org/fileformat2.html#the_write_ahead_log
    private static func frameEdges(_ size: Int) -> [Int] {
        Array(stride(from: 32, through: size, by: 24 + 4096))
    }
}
