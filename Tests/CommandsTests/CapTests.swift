import MoonshiftTestSupport
import SimulatedModel
import Testing
import Vocabulary

/// The cap against what the model server itself says it billed.
@Suite(.heavy, .timeLimit(.minutes(5)))
struct CapTests {
    private static let shape = DemoRepository(features: 24, batches: 2, seed: 11)

    @Test(arguments: ["0", "0.01"])
    func aCapBelowOneCallSpendsNothingAndIsResumable(cap: String) async throws {
        let project = try await Project(DemoRepository(features: 6, batches: 2, seed: 12))
        try await project.withServer(faults: .none) { server in
            let stopped = try await project.runToCap(cap, server: server)
            #expect(stopped.count("features_landed") == 0)
            #expect(server.calls == [])
            try await project.expectResumeFinishes(cap: "20", server: server)
        }
    }

    @Test func halfTheNeedIsNotPassedAndTheRestCanBeResumed() async throws {
        let need = try await Self.need()
        let project = try await Project(Self.shape)
        try await project.withServer(faults: .usual) { server in
            let half = Picodollars(need.rawValue / 2)
            // A call's worst price is more than a quarter of the need, so the cap is reached early. With all features at work
            // at once it can be reached before one of them is done.
            let narrow = ["--max-parallel-batches", "1", "--max-parallel-features", "2"]
            let stopped = try await project.runToCap(half.decimalString, narrow, server: server)
            let landed = try #require(stopped.count("features_landed"))
            #expect(landed > 0 && landed < Self.shape.features, "of \(need): \(stopped.summary)")
            try await project.expectResumeFinishes(cap: "100", server: server)
        }
    }

    /// What the whole plan costs under an ample cap, as the ledger counts.
    private static func need() async throws -> Picodollars {
        let project = try await Project(shape)
        return try await project.withServer(faults: .usual) { server in
            let ending = try await project.moonshift(
                "run", ["--model", Project.model, "--max-cost", "100"], server: server)
            #expect(ending.process.exitCode == 1, "\(ending.process.standardError)")
            #expect(ending.count("features_open") == 0)
            try await project.history.expectLandings(of: project.solvable(by: server), run: ending.run)
            let spent = try #require(ending.dollars("spent_usd"))
            #expect(server.statistics.total.dollars <= spent)
            #expect(spent <= Picodollars(dollars: "100") ?? .zero)
            return spent
        }
    }
}

extension Project {
    /// Runs into the cap: exit 75, a reason, and neither the ledger nor the server's bill above it.
    fileprivate func runToCap(
        _ cap: String, _ more: [String] = [], server: SimulatedModelServer
    ) async throws -> Ending {
        let ending = try await moonshift("run", ["--model", Self.model, "--max-cost", cap] + more, server: server)
        #expect(ending.process.exitCode == 75, "\(ending.process.standardError)")
        #expect(ending.summary["stop_reason"]?.stringValue?.contains("cap") == true, "\(ending.summary)")
        #expect(ending.count("features_failed") == 0 || ending.count("features_open") ?? 0 > 0)
        let limit = try #require(Picodollars(dollars: cap))
        let spent = try #require(ending.dollars("spent_usd"))
        #expect(spent <= limit)
        #expect(server.statistics.total.dollars <= spent)
        return ending
    }

    /// Resumes with a higher cap and expects everything that can be solved on the branches.
    fileprivate func expectResumeFinishes(cap: String, server: SimulatedModelServer) async throws {
        let ending = try await moonshift("resume", ["--max-cost", cap], server: server)
        #expect(ending.process.exitCode == (server.neverSolved.isEmpty ? 0 : 1), "\(ending.process.standardError)")
        #expect(ending.count("features_open") == 0)
        #expect(ending.summary["stop_reason"] == nil)
        #expect(ending.dollars("cap_usd") == Picodollars(dollars: cap))
        #expect(server.statistics.total.dollars <= Picodollars(dollars: cap) ?? .zero)
        try await history.expectLandings(of: solvable(by: server), run: ending.run)
    }
}
