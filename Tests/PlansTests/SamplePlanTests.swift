import Foundation
import Plans
import Testing
import Vocabulary

/// A large plan that is no part of the repository: the one that the environment names, or that lies beside it.
private enum SamplePlan {
    static let path: String? = {
        let named = ProcessInfo.processInfo.environment["MOONSHIFT_SAMPLE_PLAN"]
        let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent()
        let beside = root.deletingLastPathComponent().appendingPathComponent("shared/data/integration_plan.yaml").path
        return [named, beside].compactMap { $0 }.first { FileManager.default.fileExists(atPath: $0) }
    }()
}

@Suite(.enabled(if: SamplePlan.path != nil, "no sample plan beside the repository"))
struct SamplePlanTests {
    private func plan() throws -> Plan {
        try PlanReader.read(path: #require(SamplePlan.path))
    }

    @Test func everyFeatureIsReadAndHasItsOwnIdentity() throws {
        let plan = try plan()
        #expect(plan.features.count == 440)
        #expect(Set(plan.features.map(\.id)).count == 440)
        #expect(plan.proposedBatches.count == 9)
        #expect(plan.proposedBatches.flatMap(\.features) == plan.features.map(\.id))
    }

    @Test func noFileIsWarnedAboutTwice() throws {
        let messages = try plan().warnings.map(\.message)
        let subjects = messages.map { $0.prefix { $0 != ":" } }
        #expect(Set(subjects).count == subjects.count)
        #expect(messages.count { $0.contains("total_features") } == 1)
    }
}
