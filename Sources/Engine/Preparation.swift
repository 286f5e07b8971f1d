package import Plans
package import PolicyContract
import Vocabulary

/// What a run decides before it spends anything: the expanded plan and its batches.
package struct Preparation: Equatable, Sendable {
    package var features: [Feature]
    package var batches: [BatchPlan]
    /// Files that several features declare, known before any money is spent.
    package var overlaps: [BatchValidation.Overlap]

    /// Asks the policies `expand` and `batch` and checks their answers.
    ///
    /// - Throws: ``PolicyError`` when a policy fails, ``PreparationError`` when an answer does not fit the plan.
    package static func make(
        plan: Plan, settings: RunSettings, policies: any PolicyHost
    ) async throws -> Preparation {
        let expansion = try await policies.expand(ExpandContext(features: plan.features))
        let features = try expand(plan.features, by: expansion)
        let batches = try await policies.batch(
            BatchContext(
                features: features, proposed: plan.proposedBatches, maxFeatures: settings.maxFeaturesPerBatch,
                maxParallelBatches: settings.maxParallelBatches, budgetLeft: settings.maxCost))
        let problems = BatchValidation.problems(in: batches, features: features)
        guard problems.isEmpty else { throw PreparationError.batches(problems) }
        return Preparation(
            features: features, batches: batches,
            overlaps: BatchValidation.overlaps(in: batches, features: features))
    }

    private static func expand(_ features: [Feature], by expansion: PlanExpansion) throws -> [Feature] {
        let changed = Dictionary(expansion.changed.map { ($0.id, $0) }, uniquingKeysWith: { $1 })
        let dropped = Set(expansion.dropped)
        let known = Set(features.map(\.id))
        var problems = (Set(changed.keys).union(dropped)).subtracting(known).sorted().map {
            "expand() changes or drops the unknown feature '\($0)'"
        }
        let result = features.filter { !dropped.contains($0.id) }.map { changed[$0.id] ?? $0 } + expansion.added
        let ids = Dictionary(grouping: result, by: \.id)
        problems += ids.filter { $0.value.count > 1 }.keys.sorted().map { "expand() makes two features '\($0)'" }
        for feature in result {
            for dependency in feature.dependsOn where ids[dependency] == nil {
                problems.append("feature '\(feature.id)' depends on '\(dependency)', which expand() left out")
            }
        }
        guard problems.isEmpty else { throw PreparationError.expansion(problems) }
        guard !result.isEmpty else { throw PreparationError.expansion(["expand() left no feature to work on"]) }
        return result
    }
}

/// What policies answered does not fit the plan.
package enum PreparationError: Error, Equatable, CustomStringConvertible, Sendable {
    case expansion([String])
    case batches([String])

    package var description: String {
        switch self {
        case .expansion(let problems):
            "policy 'expand' answered something that cannot be run:\n  " + problems.joined(separator: "\n  ")
        case .batches(let problems):
            "policy 'batch' answered something that cannot be run:\n  " + problems.joined(separator: "\n  ")
        }
    }
}
