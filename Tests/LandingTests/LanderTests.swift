import Foundation
import Landing
import MoonshiftTestSupport
import PolicyContract
import Synchronization
import Testing
import Verification
import Vocabulary
import Workspaces

@Suite(.timeLimit(.minutes(3))) struct LanderTests {
    private static let ok = "true\n"

    @Test func aGreenFoldIsOneTestRunAndOneMoveOfTheBranch() async throws {
        let site = try await LandingSite(["a": "1\n"])
        let candidates = try (1...5).map { try site.candidate("f\($0)", ["tests/f\($0).sh": Self.ok]) }
        var steps: [LandingStep] = []
        let report = try await site.lander.land(try site.request(candidates)) { steps.append($0) }
        #expect(report.landed.map(\.feature) == candidates.map(\.feature))
        #expect(report.returned.isEmpty)
        #expect(site.toolchain.commandSizes == [5])
        #expect(try site.branchValues() == [report.tip])
        guard case .foldTested(_, let run) = steps.first else {
            Issue.record("\(steps)")
            return
        }
        #expect(run.tree == (try site.repository.tree(of: report.tip)))
        #expect(steps.dropFirst() == [.branchMoving(steps.fold), .branchMoved(steps.fold)])
        await site.shutdown()
    }

    /// A rename and a new call of the old name merge cleanly and are red together.
    @Test func aSemanticConflictIsFoundAndTheRestStaysReady() async throws {
        let site = try await LandingSite(["lib/name": "old\n", "tests/keeper.sh": "true\n"])
        let rename = try site.candidate("rename", ["lib/name": "new\n", "tests/rename.sh": "grep -q new lib/name\n"])
        let caller = try site.candidate("caller", ["tests/caller.sh": "grep -q old lib/name\n"])
        let other = try site.candidate("other", ["tests/other.sh": Self.ok])
        let report = try await site.lander.land(try site.request([rename, caller, other])) { _ in }
        #expect(report.landed.map(\.feature) == ["rename"])
        #expect(report.returned.keys.sorted() == ["caller"])
        let failure = try #require(report.returned["caller"])
        #expect(failure.kind == .landingRed)
        #expect(failure.summary == "passes alone, but with what landed before it breaks: tests/caller.sh runs")
        #expect(failure.outputTail.contains("FAILED tests/caller.sh runs"))
        let next = try await site.lander.land(
            try site.request([other], tip: report.tip, landed: ["rename"], isTipProven: true)
        ) { _ in }
        #expect(next.landed.map(\.feature) == ["other"])
        #expect(try site.branchValues() == [report.tip, next.tip])
        await site.shutdown()
    }

    @Test func aRedBaseBlamesNobody() async throws {
        let site = try await LandingSite(["suite.sh": "echo the suite is broken; exit 3\n"])
        let candidates = try (1...3).map { try site.candidate("f\($0)", ["tests/f\($0).sh": Self.ok]) }
        var steps: [LandingStep] = []
        let report = try await site.lander.land(
            try site.request(candidates, fullSuite: ["/bin/sh", "suite.sh"])
        ) { steps.append($0) }
        #expect(report.landed.isEmpty && report.returned.isEmpty)
        #expect(report.redBase == "without any of the candidates it fails /bin/sh suite.sh")
        guard case .baseTested(let run) = steps.last else {
            Issue.record("\(steps)")
            return
        }
        #expect(run.outputTail.contains("the suite is broken"))
        #expect(try site.branchValues().isEmpty)
        await site.shutdown()
    }

    @Test func theFullSuiteFindsWhatNoFeatureTests() async throws {
        let site = try await LandingSite(["suite.sh": "test ! -e broken\n"])
        let good = try site.candidate("good", ["tests/good.sh": Self.ok])
        let bad = try site.candidate("bad", ["tests/bad.sh": Self.ok, "broken": "x\n"])
        let last = try site.candidate("last", ["tests/last.sh": Self.ok])
        let report = try await site.lander.land(
            try site.request([good, bad, last], fullSuite: ["/bin/sh", "suite.sh"])
        ) { _ in }
        #expect(report.landed.map(\.feature) == ["good"])
        #expect(report.returned["bad"]?.summary.hasSuffix("breaks: /bin/sh suite.sh") == true)
        #expect(report.returned["last"] == nil)
        await site.shutdown()
    }

    /// The test fails once for each tree that it has not seen, so its second run on the same tree passes.
    @Test func aFlakyTestGetsOneRerunAndIsReported() async throws {
        let site = try await LandingSite(["a": "1\n"])
        let seen = site.files.directory.path(of: "seen")
        let flaky = try site.candidate(
            "flaky", ["tests/flaky.sh": "test -e \(seen) || { touch \(seen); false; }\n"])
        let steady = try site.candidate("steady", ["tests/steady.sh": Self.ok])
        var steps: [LandingStep] = []
        let report = try await site.lander.land(try site.request([flaky, steady])) { steps.append($0) }
        #expect(report.landed.map(\.feature) == ["flaky", "steady"])
        #expect(site.toolchain.commandSizes == [2, 1])
        let reported = steps.compactMap { step -> [TestResult]? in
            if case .flaky(let tests, _) = step { tests } else { nil }
        }
        #expect(reported.map { $0.map(\.file) } == [["tests/flaky.sh"]])
        await site.shutdown()
    }

    @Test func whoConflictsWithAnUnlandedOneIsNotSentBack() async throws {
        let site = try await LandingSite(["shared": "1\n", "suite.sh": "test ! -e broken\n"])
        let bad = try site.candidate("bad", ["shared": "bad\n", "broken": "x\n", "tests/bad.sh": Self.ok])
        let good = try site.candidate("good", ["shared": "good\n", "tests/good.sh": Self.ok])
        let suite = ["/bin/sh", "suite.sh"]
        let first = try await site.lander.land(try site.request([bad, good], fullSuite: suite)) { _ in }
        #expect(first.returned.keys.sorted() == ["bad"])
        #expect(first.landed.isEmpty)
        let second = try await site.lander.land(try site.request([good], fullSuite: suite)) { _ in }
        #expect(second.landed.map(\.feature) == ["good"])
        let third = try await site.lander.land(
            try site.request([bad], tip: second.tip, landed: ["good"], isTipProven: true, fullSuite: suite)
        ) { _ in }
        #expect(third.returned["bad"]?.summary == "does not merge with what landed meanwhile: shared")
        await site.shutdown()
    }

    @Test func lineOrientedFilesKeepTheLinesOfAll() async throws {
        let site = try await LandingSite(["routes.txt": "first\nlast\n"])
        let candidates = try (1...4).map {
            try site.candidate("f\($0)", ["routes.txt": "first\nroute \($0)\nlast\n", "tests/f\($0).sh": Self.ok])
        }
        let report = try await site.lander.land(
            try site.request(candidates, keepsAllLines: { $0 == "routes.txt" })
        ) { _ in }
        #expect(report.landed.count == 4)
        let text = try #require(try site.text("routes.txt", in: report.tip))
        #expect(text == "first\nroute 1\nroute 2\nroute 3\nroute 4\nlast\n")
        await site.shutdown()
    }

    @Test func theBranchOfSomebodyElseIsNeverMoved() async throws {
        let site = try await LandingSite(["a": "1\n"])
        let candidate = try site.candidate("f", ["tests/f.sh": Self.ok])
        let request = try site.request([candidate])
        let theirs = try site.candidate("theirs", ["b": "2\n"]).commit
        try site.repository.update([ReferenceUpdate(name: LandingSite.branch, new: theirs, old: nil)])
        await #expect(throws: RepositoryError.self) { try await site.lander.land(request) { _ in } }
        #expect(try site.branchValues() == [theirs])
        await site.shutdown()
    }

    /// Two landings of one batch at once: compare-and-swap lets one win, and the branch has a tested value all the time.
    @Test func ofTwoIntegratorsOneWins() async throws {
        let site = try await LandingSite(["a": "1\n"], slots: 2)
        let requests = try (1...2).map { number in
            try site.request([try site.candidate("f\(number)", ["tests/f\(number).sh": Self.ok])])
        }
        let outcomes = await withTaskGroup(of: Bool.self) { group in
            for request in requests {
                group.addTask { (try? await site.lander.land(request) { _ in }) != nil }
            }
            return await group.reduce(into: [Bool]()) { $0.append($1) }
        }
        #expect(outcomes.count(where: \.self) == 1)
        #expect(try site.branchValues().count == 1)
        await site.shutdown()
    }

    /// 300 candidates, 5 % of which break what landed before them: the numbers of test runs and of rounds that the design
    /// promises, with real worktrees and processes.
    @Test(arguments: [(slots: 1, mostRuns: 95, mostRounds: 95), (slots: 4, mostRuns: 150, mostRounds: 60)])
    func threeHundredCandidatesNeedFewTestRuns(slots: Int, mostRuns: Int, mostRounds: Int) async throws {
        let site = try await LandingSite(
            ["tests/keeper.sh": "for mark in marks/*; do test ! -e \"$mark\"; done\n"], slots: slots)
        let bad = Set((0..<15).map { ($0 * 97 + 41) % 300 })
        try #require(bad.count == 15)
        var queue = try (0..<300).map { number in
            let own = ["tests/f\(number).sh": Self.ok]
            let mark = bad.contains(number) ? ["marks/f\(number)": "x\n"] : [:]
            return try site.candidate("f\(number)", own.merging(mark) { $1 })
        }
        var estimate = FailureEstimate()
        var (tip, landed, returned) = (site.base, ["keeper"], Set<FeatureID>())
        // Tests side by side are told of together, after all of them ended.
        var rounds = Set<Int>()
        while !queue.isEmpty {
            let factor = slots >= 4 ? 1.5 : 1
            let size = max(1, min(64, Int((log(2) / estimate.rate * factor).rounded())))
            let request = try site.request(
                Array(queue.prefix(size)), tip: tip, landed: landed, isTipProven: true, slots: slots)
            let report = try await site.lander.land(request) { step in
                let sizes = site.toolchain.commandSizes
                if case .foldTested = step, sizes.last != 1 { rounds.insert(sizes.count) }
            }
            estimate.add(landed: report.landed.count, broken: report.returned.count)
            tip = report.tip
            landed += report.landed.map(\.feature.rawValue)
            returned.formUnion(report.returned.keys)
            let ended = Set(report.landed.map(\.feature)).union(report.returned.keys)
            queue.removeAll { ended.contains($0.feature) }
        }
        #expect(returned == Set(bad.map { FeatureID(rawValue: "f\($0)") }))
        #expect(landed.count == 286)
        // A rerun of the one test that failed is no full run.
        let runs = site.toolchain.commandSizes.count { $0 > 1 }
        print("300 candidates, 15 bad, \(slots) slots: \(runs) full test runs in \(rounds.count) rounds")
        #expect(runs <= mostRuns)
        #expect(rounds.count <= mostRounds)
        await site.shutdown()
    }
}

extension [LandingStep] {
    /// The fold of the first step that has one.
    fileprivate var fold: Fold {
        for step in self {
            if case .foldTested(let fold, _) = step { return fold }
        }
        preconditionFailure("no fold was tested")
    }
}
