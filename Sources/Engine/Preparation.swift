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
        let features: [Feature]
        do {
            features = try expand(plan.features, by: expansion)
        } catch PreparationError.expansion(let problems, _) {
            throw PreparationError.expansion(problems, place: await policies.place(of: "expand"))
        }
        let batches = try await policies.batch(
            BatchContext(
                features: features, proposed: plan.proposedBatches, maxFeatures: settings.maxFeaturesPerBatch,
                maxParallelBatches: settings.maxParallelBatches, budgetLeft: settings.maxCost))
        let problems = BatchValidation.problems(in: batches, features: features)
        guard problems.isEmpty else {
            throw PreparationError.batches(problems, place: await policies.place(of: "batch"))
        }
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
        problems += circle(in: result)
        if result.isEmpty { problems.append("expand() left no feature to work on") }
        guard problems.isEmpty else { throw PreparationError.expansion(problems, place: nil) }
        return result
    }

    /// A sentence about features that wait for each other, or nothing.
    private static func circle(in features: [Feature]) -> [String] {
        var waiting = Dictionary(features.map { ($0.id, Set($0.dependsOn)) }, uniquingKeysWith: { first, _ in first })
        var isStuck = false
        while !isStuck {
            let free = waiting.filter { $0.value.allSatisfy { waiting[$0] == nil } }.keys
            isStuck = free.isEmpty
            for id in free { waiting[id] = nil }
        }
        guard !waiting.isEmpty else { return [] }
        let named = waiting.keys.sorted().prefix(5).map { "'\($0)'" }.joined(separator: ", ")
        return ["depends_on goes in a circle: \(named)\(waiting.count > 5 ? ", …" : "") can never start"]
    }
}

/// What policies answered does not fit the plan.
package enum PreparationError: Error, Equatable, CustomStringConvertible, Sendable {
    case expansion([String], place: String?)
    case batches([String], place: String?)

    package var description: String {
        switch self {
        case .expansion(let problems, let place): Self.text("expand", problems, place)
        case .batches(let problems, let place): Self.text("batch", problems, place)
        }
    }

    private static func text(_ policy: String, _ problems: [String], _ place: String?) -> String {
        let begin = "policy '\(policy)': \(place.map { "\($0): " } ?? "")the answer cannot be run:\n  "
        return begin + problems.joined(separator: "\n  ")
    }
}
