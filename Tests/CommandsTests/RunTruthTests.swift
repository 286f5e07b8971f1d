import Foundation
import Ledger
import MoonshiftTestSupport
import SimulatedModel
import Testing
import Vocabulary

/// What a run says it did, against what git and a plain Lua say it did.
@Suite(.heavy, .timeLimit(.minutes(5)))
struct RunTruthTests {
    @Test(arguments: [1, 7, 23] as [UInt64])
    func aHostileModelLandsWhatItSolvesAndNothingElse(seed: UInt64) async throws {
        let demo = try await KeptDemo(seed: seed)
        try demo.expectSummary()
        let history = try await demo.history()
        try await history.expectLandings(of: demo.solvable, run: demo.ending.run)
        try await history.expectHonestTests()
        #expect(try await history.branches() == demo.ending.summary["branches"]?.listValue?.compactMap(\.stringValue))
        var values: Set<String> = []
        for branch in try await history.branches() { values.formUnion(try await history.values(of: branch)) }
        let recorded = try await demo.recordedTips()
        #expect(values == recorded, "the branches had no value that the ledger does not know")
        try await history.expectGreen(values)
        try demo.expectPullRequests()
    }
}

/// `moonshift demo` on a folder that stays until the test is over.
private struct KeptDemo {
    let ending: Ending
    let files: DemoFiles
    let solvable: [FeatureID]
    private let neverSolved: [FeatureID]
    private let folder: TemporaryDirectory
    private let environment: [String: String]

    private static let features = 40
    private static let batches = 4

    init(seed: UInt64) async throws {
        folder = try TemporaryDirectory("demo")
        environment = ProcessProbe.inheritedEnvironment.merging(["HOME": folder.path(of: "home")]) { $1 }
        files = DemoRepository(features: Self.features, batches: Self.batches, seed: seed).generate()
        neverSolved = SimulatedModelServer.neverSolved(
            among: files.solutions, .init(seed: seed, faults: .hostile))
        solvable = files.solutions.map(\.feature).filter { [neverSolved] in !neverSolved.contains($0) }.sorted()
        ending = Ending(
            try await runProcess(
                [
                    try BuiltProduct.path("moonshift"), "demo", "--features", String(Self.features), "--batches",
                    String(Self.batches), "--faults", "hostile", "--seed", String(seed), "--keep",
                    folder.path(of: "repository"), "--json",
                ], environment: environment, directory: folder.path))
    }

    private var repository: String {
        folder.path(of: "repository")
    }

    func history() async throws -> BranchHistory {
        let base = try await runProcess(["git", "rev-parse", "HEAD"], environment: environment, directory: repository)
        return BranchHistory(
            repository: repository, base: String(base.output.prefix(40)), files: files, language: .lua,
            environment: environment)
    }

    func recordedTips() async throws -> Set<String> {
        let events = try await Project.events(of: ending.run, gitDirectory: "\(repository)/.git")
        return Set(
            events.compactMap { event in
                guard case .landed(let body) = event.body else { return nil }
                return body.newTip
            })
    }

    func expectSummary() throws {
        #expect(ending.process.exitCode == 0, "\(ending.process.standardError)")
        #expect(ending.process.standardError == "")
        let summary = ending.summary
        #expect(summary["type"] == "summary")
        #expect(ending.count("features_total") == Self.features)
        #expect(ending.count("features_landed") == solvable.count)
        #expect(ending.count("features_failed") == neverSolved.count)
        #expect(summary["never_solved"]?.listValue?.compactMap(\.stringValue) == neverSolved.map(\.rawValue))
        #expect(summary["failed_features"]?.mapValue?.keys.sorted() == neverSolved.map(\.rawValue))
        let failures = try #require(summary["failures"]?.mapValue)
        #expect(failures.values.compactMap(\.integerValue).reduce(0, +) == neverSolved.count)
        #expect(try #require(summary["seconds"]?.numberValue) > 0)
        #expect(try #require(summary["features_per_second"]?.numberValue) > 0)
        #expect(try #require(ending.count("calls")) >= Self.features)
        let spent = try #require(ending.dollars("spent_usd"))
        #expect(try #require(ending.dollars("server_billed_usd")) <= spent)
        #expect(try #require(ending.dollars("cap_usd")) >= spent)
        #expect(!ending.run.isEmpty)
    }

    func expectPullRequests() throws {
        let paths = ending.summary["pull_requests"]?.listValue?.compactMap(\.stringValue) ?? []
        let branches = ending.summary["branches"]?.listValue?.compactMap(\.stringValue) ?? []
        let names = paths.map { URL(fileURLWithPath: $0).deletingPathExtension().lastPathComponent }
        #expect(names == branches.map { URL(fileURLWithPath: $0).lastPathComponent })
        for path in paths {
            let text = try String(contentsOfFile: path, encoding: .utf8)
            #expect(text.hasPrefix("# ") && text.count > 80, "\(path)")
        }
    }
}
