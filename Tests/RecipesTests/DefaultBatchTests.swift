import MoonshiftTestSupport
import Packs
import Plans
import PolicyContract
import Testing
import Vocabulary

@testable import Recipes

@Suite struct DefaultBatchTests {
    private func batches(
        _ features: [Feature], proposed: [ProposedBatch] = [], limit: Int, hearing heard: Heard = Heard()
    ) async throws -> [BatchPlan] {
        try await builtInHost(hearing: heard).batch(
            BatchContext(
                features: features, proposed: proposed, maxFeatures: limit, maxParallelBatches: 3, budgetLeft: nil))
    }

    @Test func aUsableProposalStays() async throws {
        let features: [Feature] = [.example("a", file: "a.lua", test: nil), .example("b", file: "b.lua", test: nil)]
        let proposed = [
            ProposedBatch(name: "7", features: ["b"]), ProposedBatch(name: "login", features: ["a"]),
        ]
        let plans = try await batches(features, proposed: proposed, limit: 10)
        #expect(plans == [BatchPlan(name: "batch-7", features: ["b"]), BatchPlan(name: "login", features: ["a"])])
    }

    @Test func featuresOfOneFileShareABatch() async throws {
        let features: [Feature] = [
            .example("a", file: "one.lua", test: nil), .example("b", file: "two.lua", test: nil),
            .example("c", file: "one.lua", test: nil),
        ]
        let proposed = [ProposedBatch(name: "1", features: ["a", "b"]), ProposedBatch(name: "2", features: ["c"])]
        let plans = try await batches(features, proposed: proposed, limit: 2)
        #expect(
            plans == [BatchPlan(name: "batch-1", features: ["a", "c"]), BatchPlan(name: "batch-2", features: ["b"])])
    }

    @Test func aGroupThatIsTooBigIsStacked() async throws {
        let features = (1...5).map {
            Feature.example(FeatureID(rawValue: "f\($0)"), file: "one.lua", test: "t\($0).lua")
        }
        let plans = try await batches(features, limit: 2)
        #expect(plans.map(\.name) == ["batch-1", "batch-2", "batch-3"])
        #expect(plans.map(\.after) == [[], ["batch-1"], ["batch-2"]])
        #expect(plans.map(\.features) == [["f1", "f2"], ["f3", "f4"], ["f5"]])
    }

    @Test func dependenciesAreNeverInALaterBatch() async throws {
        let features: [Feature] = [
            .example("last", file: "l.lua", test: nil, dependsOn: ["middle"]),
            .example("middle", file: "m.lua", test: nil, dependsOn: ["first"]),
            .example("first", file: "f.lua", test: nil),
        ]
        let plans = try await batches(features, limit: 1)
        #expect(plans.map(\.features) == [["first"], ["middle"], ["last"]])
        #expect(plans.map(\.after) == [[], ["batch-1"], ["batch-2"]])
    }

    @Test func anEmptyPlanHasNoBatches() async throws {
        #expect(try await batches([], limit: 5).isEmpty)
    }

    @Test(arguments: [1, 7, 50])
    func aThousandFeaturesAreWellInsideTheLimits(limit: Int) async throws {
        let features = (0..<1000).map { index in
            Feature.example(
                FeatureID(rawValue: "f\(index)"), file: "src/\(index % 37).py", test: "tests/\(index * 7919 % 500).py",
                dependsOn: index % 9 == 8 ? [FeatureID(rawValue: "f\(index - 1)")] : [])
        }
        let heard = Heard()
        let plans = try await batches(features, limit: limit, hearing: heard)
        let placed = plans.flatMap(\.features)
        #expect(placed.count == 1000 && Set(placed).count == 1000)
        #expect(plans.allSatisfy { $0.features.count <= limit })
        let ticks = try #require(heard.decisions.first?.ticks)
        #expect(ticks < 4_000_000, "\(ticks) ticks")
    }

    /// Whatever shares a file or depends is in one batch, or in batches of which one is below the other.
    @Test(arguments: 0..<40)
    func overlappingBatchesStandOnEachOther(seed: UInt64) async throws {
        var random = SeededGenerator(seed: seed)
        let count = 1 + Int.random(in: 0..<60, using: &random)
        let features = (0..<count).map { index in
            Feature.example(
                FeatureID(rawValue: "f\(index)"), file: "s\(Int.random(in: 0..<20, using: &random))",
                test: "t\(Int.random(in: 0..<40, using: &random))",
                dependsOn: index > 0 && Int.random(in: 0..<3, using: &random) == 0
                    ? [FeatureID(rawValue: "f\(Int.random(in: 0..<index, using: &random))")] : [])
        }
        let plans = try await batches(features, limit: 1 + Int.random(in: 0..<12, using: &random))
        let parent = Dictionary(uniqueKeysWithValues: plans.map { ($0.name, $0.after.first) })
        let place = Dictionary(uniqueKeysWithValues: plans.flatMap { plan in plan.features.map { ($0, plan.name) } })
        #expect(place.count == count)
        func isBelow(_ lower: BatchID, _ upper: BatchID) -> Bool {
            var current: BatchID? = upper
            while let name = current {
                if name == lower { return true }
                current = parent[name] ?? nil
            }
            return false
        }
        for left in features {
            for right in features where left.filePath == right.filePath || left.testPath == right.testPath {
                let (one, other) = (try #require(place[left.id]), try #require(place[right.id]))
                #expect(isBelow(one, other) || isBelow(other, one))
            }
            for dependency in left.dependsOn {
                #expect(isBelow(try #require(place[dependency]), try #require(place[left.id])))
            }
        }
    }
}
