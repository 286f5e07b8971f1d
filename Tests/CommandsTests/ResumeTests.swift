import Foundation
import Ledger
import MoonshiftTestSupport
import SimulatedModel
import Synchronization
import Testing
import Vocabulary

/// The program is killed in the middle of its work, again and again, and goes on.
@Suite(.heavy, .timeLimit(.minutes(5)))
struct ResumeTests {
    private static let kills = 20

    @Test func aRunThatIsKilledTwentyTimesEndsAsIfItNeverWas() async throws {
        var killed: [Int] = []
        // One run takes them all; should another machine end it before, the next seed's run takes the rest.
        for seed in 1...3 as ClosedRange<UInt64> where killed.count < Self.kills {
            killed += try await expectSurvival(of: Self.kills - killed.count, seed: seed)
        }
        #expect(killed.count == Self.kills)
        #expect(killed.max() ?? 0 > 50, "features landed at the kills: \(killed)")
    }

    /// Runs a plan of 100 features with so many kills, and expects that nobody can tell from what it left.
    ///
    /// - Returns: For each kill, how many features had landed.
    private func expectSurvival(of kills: Int, seed: UInt64) async throws -> [Int] {
        let project = try await Project(DemoRepository(features: 100, batches: 4, seed: seed))
        let trap = Trap()
        let clock = TellingClock { trap.serverWaited() }
        return try await project.withServer(faults: .usual, latency: .milliseconds(1), clock: clock) { server in
            let (ending, killed) = try await project.runWithKills(kills, seed: seed, trap: trap, server: server)
            #expect(ending.process.exitCode == 1, "\(ending.process.standardError)")
            #expect(ending.count("features_open") == 0)
            let names = server.neverSolved.map(\.rawValue)
            let failed = ending.summary["failed_features"]?.mapValue ?? [:]
            #expect(failed.keys.sorted() == names, "\(failed)")
            try await project.history.expectLandings(of: project.solvable(by: server), run: ending.run)
            try await project.history.expectHonestTests()
            try await project.expectTips(of: ending)
            let calls = CallLedger(try await project.events(of: ending.run))
            calls.expectNothingAskedTwice(server.calls)
            calls.expectBill(server.calls)
            #expect(calls.spent == ending.dollars("spent_usd"))
            return killed
        }
    }

    @Test func aFinishedRunHasNothingToResume() async throws {
        let project = try await Project(DemoRepository(features: 6, batches: 2, seed: 4))
        try await project.withServer(faults: .none) { server in
            let first = try await project.moonshift("run", ["--model", Project.model], server: server)
            try #require(first.process.exitCode == 0, "\(first.process.standardError)")
            try await project.expectLocksBeforeStages(of: first.run)
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
    ///
    /// - Returns: How it ended, and for each kill how many features had landed by then.
    fileprivate func runWithKills(
        _ kills: Int, seed: UInt64, trap: Trap, server: SimulatedModelServer
    ) async throws -> (Ending, landed: [Int]) {
        var numbers = SeededGenerator(seed: seed)
        var landed: [Int] = []
        var written = RunProgress()
        while true {
            // A process that is killed before it wrote anything has started no run.
            let command =
                written.sequence == 0 ? try arguments("run", ["--model", Self.model]) : try arguments("resume", [])
            let probe = try ProcessProbe(command, environment: environment(server), directory: "/")
            if landed.count < kills {
                if Bool.random(using: &numbers) {
                    trap.arm(probe, afterCalls: Int.random(in: 1...45, using: &numbers))
                } else {
                    let sequence = written.sequence + Int64.random(in: 1...330, using: &numbers)
                    // When it ends before that, the code below sees it.
                    try? await probe.printed("\"sequence\":\(sequence),")
                    probe.send(signal: SIGKILL)
                }
            }
            let ending = Ending(await probe.finished())
            trap.disarm()
            guard ending.process.exitCode == 128 + SIGKILL else { return (ending, landed) }
            written = try await progress()
            landed.append(written.landed)
        }
    }

    private struct RunProgress {
        var sequence: Int64 = 0
        var landed = 0
    }

    /// How far the only run is.
    private func progress() async throws -> RunProgress {
        let path = "\(gitDirectory)/moonshift/ledger.sqlite"
        guard FileManager.default.fileExists(atPath: path) else { return RunProgress() }
        let ledger = try Ledger.open(path: path, creates: false)
        let runs = try await ledger.runs()
        #expect(runs.count <= 1)
        var progress = RunProgress()
        for run in runs {
            for event in try await ledger.events(of: run.run) {
                progress.sequence = event.sequence
                if case .landed = event.body { progress.landed += 1 }
            }
        }
        try await ledger.close()
        return progress
    }

    /// Expects that a stage which wrote tests is never on record as finished without them: the program could be killed there.
    fileprivate func expectLocksBeforeStages(of run: String) async throws {
        var locked: Set<FeatureID> = []
        var finished = 0
        for event in try await events(of: run) {
            guard let feature = event.feature else { continue }
            if case .testsLocked = event.body { locked.insert(feature) }
            guard case .stageFinished = event.body, event.stage == "test" else { continue }
            finished += 1
            #expect(locked.contains(feature), "\(feature)")
        }
        #expect(finished > 0, "some of the features lack tests")
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

    /// Expects that the ledger says the server's bill to the picodollar, but for calls with an unknown end: these are
    /// charged their whole hold, which covers whatever the server bills for them.
    fileprivate func expectBill(_ calls: [SimulatedCall]) {
        #expect(shortCharged == [])
        let billed = Dictionary(grouping: calls, by: TurnKey.init).mapValues { $0.map(\.dollars) }
        #expect(Set(billed.keys).isSubset(of: places.keys))
        var uncertain = Picodollars.zero
        for (key, place) in places {
            var bill = billed[key] ?? []
            for charge in place.known where charge != .zero {
                guard let index = bill.firstIndex(of: charge) else {
                    Issue.record("\(key): charged \(charge), which the server did not bill: \(billed[key] ?? [])")
                    continue
                }
                bill.remove(at: index)
            }
            let rest = bill.filter { $0 != .zero }.sorted(by: >)
            let holds = place.unknown.sorted(by: >)
            #expect(rest.count <= holds.count, "\(key): \(place), billed \(billed[key] ?? [])")
            #expect(zip(rest, holds).allSatisfy { $0 <= $1 }, "\(key): \(place), billed \(billed[key] ?? [])")
            uncertain += zip(rest, holds).reduce(.zero) { $0 + $1.0 }
        }
        let bill = calls.reduce(Picodollars.zero) { $0 + $1.dollars }
        let holds = places.values.flatMap(\.unknown).reduce(.zero, +)
        #expect(bill <= spent)
        #expect(spent - (bill - uncertain) == holds, "what is charged above the bill is what is marked unknown")
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
