import Foundation
import Ledger
import MoonshiftTestSupport
import SimulatedModel
import Synchronization
import Testing
import Vocabulary

/// The program is killed in the middle of its work, again and again, and goes on.
@Suite(.heavy, .serialized, .timeLimit(.minutes(2)))
struct ResumeTests {
    @Test(arguments: [1, 2] as [UInt64])
    func aRunThatIsKilledAgainAndAgainEndsAsIfItNeverWas(seed: UInt64) async throws {
        let project = try await Project(DemoRepository(features: 60, batches: 3, seed: seed))
        let trap = Trap()
        let clock = TellingClock { trap.serverWaited() }
        try await project.withServer(faults: .usual, latency: .milliseconds(1), clock: clock) { server in
            let ending = try await project.runWithKills(8, seed: seed, trap: trap, server: server)
            #expect(ending.process.exitCode == 1, "\(ending.process.standardError)")
            #expect(ending.count("features_open") == 0)
            let names = server.neverSolved.map(\.rawValue)
            #expect(ending.summary["failed_features"]?.mapValue?.keys.sorted() == names)
            try await project.history.expectLandings(of: project.solvable(by: server), run: ending.run)
            try await project.history.expectHonestTests()
            try await project.expectTips(of: ending)
            let calls = CallLedger(try await project.events(of: ending.run))
            calls.expectNothingAskedTwice(server.calls)
            calls.expectBill(server.calls)
            #expect(calls.spent == ending.dollars("spent_usd"))
        }
    }

    @Test func aFinishedRunHasNothingToResume() async throws {
        let project = try await Project(DemoRepository(features: 6, batches: 2, seed: 4))
        try await project.withServer(faults: .none) { server in
            let first = try await project.moonshift("run", ["--model", Project.model], server: server)
            try #require(first.process.exitCode == 0, "\(first.process.standardError)")
            let (asked, landings) = (server.calls.count, try await project.history.landings().map(\.commit))
            let again = try await project.moonshift("resume", server: server)
            #expect(again.process.exitCode == 0, "\(again.process.standardError)")
            #expect(again.run == first.run)
            #expect(again.count("features_landed") == 6)
            #expect(server.calls.count == asked)
            #expect(try await project.history.landings().map(\.commit) == landings)
        }
    }
}

extension Project {
    /// Starts a run, kills it at `kills` moments that the seed chooses, and resumes it after each until it ends by itself.
    fileprivate func runWithKills(
        _ kills: Int, seed: UInt64, trap: Trap, server: SimulatedModelServer
    ) async throws -> Ending {
        var numbers = SeededGenerator(seed: seed)
        var killed = 0
        var written: Int64 = 0
        // A process that is killed before it wrote anything has started no run.
        while killed <= kills {
            let command = written == 0 ? try arguments("run", ["--model", Self.model]) : try arguments("resume", [])
            let probe = try ProcessProbe(command, environment: environment(server), directory: "/")
            if killed < kills {
                if Bool.random(using: &numbers) {
                    trap.arm(probe, afterCalls: Int.random(in: 5...35, using: &numbers))
                } else {
                    let sequence = written + Int64.random(in: 2...200, using: &numbers)
                    // When it ends before that, the code below sees it.
                    try? await probe.printed("\"sequence\":\(sequence),")
                    probe.send(signal: SIGKILL)
                }
            }
            let ending = Ending(await probe.finished())
            trap.disarm()
            guard ending.process.exitCode == 128 + SIGKILL else {
                #expect(killed >= kills / 2, "the run ended after \(killed) kills")
                return ending
            }
            killed += 1
            written = try await lastSequence()
        }
        throw TooManyKills()
    }

    private struct TooManyKills: Error {}

    private func lastSequence() async throws -> Int64 {
        let path = "\(gitDirectory)/moonshift/ledger.sqlite"
        guard FileManager.default.fileExists(atPath: path) else { return 0 }
        let ledger = try Ledger.open(path: path, creates: false)
        let runs = try await ledger.runs()
        var last: Int64 = 0
        for run in runs { last = max(last, try await ledger.events(of: run.run).last?.sequence ?? 0) }
        try await ledger.close()
        #expect(runs.count <= 1)
        return last
    }

    /// Expects that each branch is where the ledger says, and that its tip is green.
    fileprivate func expectTips(of ending: Ending) async throws {
        var tips: [BatchID: String] = [:]
        for event in try await events(of: ending.run) {
            if case .landed(let body) = event.body, let batch = event.batch { tips[batch] = body.newTip }
        }
        let actual = try await repository.git("for-each-ref", "--format=%(objectname)", "refs/heads/moonshift/")
        #expect(Set(actual.split(separator: "\n").map(String.init)) == Set(tips.values))
        try await history.expectGreen(Set(tips.values))
    }
}

extension CallLedger {
    /// Expects that no place with a recorded answer was asked again, and that the server saw no call without a hold.
    fileprivate func expectNothingAskedTwice(_ calls: [SimulatedCall]) {
        #expect(open == 0, "every call is settled")
        #expect(places.filter(\.value.isAskedAgain).map(\.key) == [])
        for (key, calls) in Dictionary(grouping: calls, by: TurnKey.init) {
            #expect(calls.count <= places[key]?.reserved ?? 0, "\(key)")
        }
    }

    /// Expects that no place is charged less than the server bills, and not more but for calls with an unknown end.
    fileprivate func expectBill(_ calls: [SimulatedCall]) {
        let billed = Dictionary(grouping: calls, by: TurnKey.init)
            .mapValues { $0.reduce(Picodollars.zero) { $0 + $1.dollars } }
        for (key, place) in places {
            let bill = billed[key] ?? .zero
            #expect(place.known <= bill && bill <= place.known + place.unknown, "\(key): \(place), billed \(bill)")
        }
    }
}

/// Kills a process when the model server has answered so many calls: after the bill, before the answer leaves.
private final class Trap: Sendable {
    private let state = Mutex((probe: ProcessProbe?.none, left: 0))

    func arm(_ probe: ProcessProbe, afterCalls count: Int) {
        state.withLock { $0 = (probe, count) }
    }

    func disarm() {
        state.withLock { $0 = (nil, 0) }
    }

    func serverWaited() {
        let probe = state.withLock { state -> ProcessProbe? in
            state.left -= 1
            return state.left == 0 ? state.probe : nil
        }
        probe?.send(signal: SIGKILL)
    }
}
