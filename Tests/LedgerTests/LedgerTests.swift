import Foundation
import MoonshiftTestSupport
import Testing
import Vocabulary

@testable import Ledger

@Suite(.timeLimit(.minutes(1))) struct LedgerTests {
    private let folder: TemporaryDirectory
    private let path: String

    init() throws {
        folder = try TemporaryDirectory("ledger")
        path = folder.path(of: "state/ledger.sqlite")
    }

    @Test func appendedEventsComeBackInOrderWithTheirNumbers() async throws {
        let ledger = try Ledger.open(path: path)
        try await ledger.append(RunEvent.samples)
        let events = try await ledger.events(of: "r1")
        #expect(events.map(\.sequence) == Array(1...Int64(RunEvent.samples.count)))
        #expect(events.map(\.body) == RunEvent.samples.map(\.body))
        try await ledger.close()
    }

    @Test func eventsSurviveReopening() async throws {
        let first = try Ledger.open(path: path)
        try await first.append([.notice("one")])
        try await first.close()
        let second = try Ledger.open(path: path, creates: false)
        try await second.append([.notice("two")])
        #expect(try await second.events(of: "r1").map(\.message) == ["one", "two"])
        #expect(try await second.events(of: "r1").map(\.sequence) == [1, 2])
        try await second.close()
    }

    @Test func runKindAndPlaceSelectEvents() async throws {
        let ledger = try Ledger.open(path: path)
        try await ledger.append([.notice("one"), .reserved("c1", 5), .notice("other", run: "r2"), .notice("two")])
        #expect(try await ledger.events(of: "r1", kinds: [.notice]).map(\.message) == ["one", "two"])
        #expect(try await ledger.events(of: "r1", from: 2).map(\.sequence) == [2, 4])
        #expect(try await ledger.events(of: "r3").isEmpty)
        try await ledger.close()
    }

    @Test func concurrentAppendsLoseNothingAndKeepEachCallersOrder() async throws {
        let ledger = try Ledger.open(path: path)
        try await withThrowingTaskGroup(of: Void.self) { group in
            for task in 0..<200 {
                group.addTask {
                    for index in 0..<5 {
                        try await ledger.append([.notice("\(index)", run: RunID(rawValue: "r\(task)"))])
                    }
                }
            }
            try await group.waitForAll()
        }
        for task in 0..<200 {
            let events = try await ledger.events(of: RunID(rawValue: "r\(task)"))
            #expect(events.compactMap(\.message) == ["0", "1", "2", "3", "4"])
        }
        try await ledger.close()
    }

    @Test func postedEventsKeepTheirPlaceAndAreThereAfterAFlush() async throws {
        let ledger = try Ledger.open(path: path)
        ledger.post([.notice("one")])
        ledger.post([.notice("two")])
        try await ledger.append([.notice("three")])
        ledger.post([.notice("four")])
        try await ledger.flush()
        #expect(try await ledger.events(of: "r1").compactMap(\.message) == ["one", "two", "three", "four"])
        try await ledger.close()
    }

    @Test func aCancelledAppendIsStillRecorded() async throws {
        let ledger = try Ledger.open(path: path)
        let task = Task {
            withUnsafeCurrentTask { $0?.cancel() }
            try await ledger.append([.notice("one")])
        }
        try await task.value
        #expect(try await ledger.events(of: "r1").count == 1)
        try await ledger.close()
    }

    @Test func subscribersGetEveryEventInOrderAndOnlyWhenItCanBeRead() async throws {
        let ledger = try Ledger.open(path: path)
        let streams = [ledger.subscribe(), ledger.subscribe()]
        try await withThrowingTaskGroup(of: Void.self) { group in
            for stream in streams {
                group.addTask {
                    var seen: [Int64] = []
                    for await event in stream {
                        let stored = try await ledger.events(of: "r1", from: event.sequence)
                        #expect(stored.first == event)
                        seen.append(event.sequence)
                        if seen.count == 50 { break }
                    }
                    #expect(seen == Array(1...50))
                }
            }
            for index in 0..<50 { ledger.post([.notice("\(index)")]) }
            try await group.waitForAll()
        }
        try await ledger.close()
    }

    @Test func streamsEndWhenTheLedgerIsClosed() async throws {
        let ledger = try Ledger.open(path: path)
        let stream = ledger.subscribe()
        ledger.post([.notice("one")])
        try await ledger.close()
        var messages: [String?] = []
        for await event in stream { messages.append(event.message) }
        #expect(messages == ["one"])
        for await _ in ledger.subscribe() { Issue.record("a closed ledger has no events") }
    }

    @Test func aClosedLedgerRefusesAndClosesOnce() async throws {
        let ledger = try Ledger.open(path: path)
        try await ledger.close()
        try await ledger.close()
        await #expect(throws: LedgerError.closed) { try await ledger.append([.notice("late")]) }
    }

    @Test func onlyTheOwnerMayReadTheFiles() async throws {
        let ledger = try Ledger.open(path: path)
        try await ledger.append([.notice("one")])
        for name in ["ledger.sqlite", "ledger.sqlite-wal", "ledger.sqlite-shm"] {
            let attributes = try FileManager.default.attributesOfItem(atPath: folder.path(of: "state/\(name)"))
            #expect(attributes[.posixPermissions] as? Int == 0o600, "\(name)")
        }
        try await ledger.close()
    }

    @Test func everyCommitIsSynced() async throws {
        let ledger = try Ledger.open(path: path)
        #expect(try ledger.synchronousLevel == 2)
        try await ledger.close()
    }

    @Test func aMissingLedgerIsNotMadeByAReader() throws {
        #expect(throws: LedgerError.missing(path: path)) { try Ledger.open(path: path, creates: false) }
        #expect(!folder.exists("state"))
    }

    @Test func aFileThatIsNoLedgerIsRefused() throws {
        let file = try folder.write(String(repeating: "no database ", count: 1000), to: "other")
        let error = #expect(throws: LedgerError.self) { try Ledger.open(path: file) }
        guard case .cannotOpen = error else {
            Issue.record("expected cannotOpen, got \(String(describing: error))")
            return
        }
    }

    @Test func aSecondSettlementIsRefusedAndHurtsNobodyElse() async throws {
        let ledger = try Ledger.open(path: path)
        try await ledger.append([.reserved("c1", 10), .settled("c1", 5)])
        try await withThrowingTaskGroup(of: Void.self) { group in
            for index in 0..<20 {
                group.addTask { try await ledger.append([.notice("\(index)")]) }
            }
            for _ in 0..<3 {
                group.addTask {
                    let error = await #expect(throws: LedgerError.self) {
                        try await ledger.append([.settled("c1", 5)])
                    }
                    guard case .contradiction = error else {
                        Issue.record("expected a contradiction, got \(String(describing: error))")
                        return
                    }
                }
            }
            try await group.waitForAll()
        }
        #expect(ledger.failure == nil)
        #expect(try await ledger.events(of: "r1").count == 22)
        try await ledger.close()
    }

    @Test func numbersWithoutAJSONFormAreStillRecorded() async throws {
        let ledger = try Ledger.open(path: path)
        let run = RunEvent.TestsRun(purpose: .base, tree: "t", passed: 0, failed: 0, isGreen: false, seconds: .infinity)
        try await ledger.append([RunEvent(run: "r1", body: .testsRun(run))])
        #expect(try await ledger.events(of: "r1").map(\.body) == [.testsRun(run)])
        try await ledger.close()
    }
}
