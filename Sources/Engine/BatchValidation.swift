package import Plans
package import PolicyContract
package import Vocabulary

/// Checks what policy `batch` answered against the plan, before any money is spent.
package enum BatchValidation {
    /// Everything that is wrong with the batches, a sentence each; empty when they can be run.
    package static func problems(in batches: [BatchPlan], features: [Feature]) -> [String] {
        names(of: batches) + duplicates(in: batches) + coverage(of: batches, features: features)
            + order(of: batches, features: features)
    }

    /// Pairs of features that declare the same file and are not ordered by `after` or `depends_on`: they may have to merge.
    package static func overlaps(in batches: [BatchPlan], features: [Feature]) -> [Overlap] {
        let batchOf = batchByFeature(batches)
        var byPath: [String: [FeatureID]] = [:]
        for feature in features {
            for path in Set([feature.filePath, feature.testPath].compactMap(\.self)) {
                byPath[path, default: []].append(feature.id)
            }
        }
        return byPath.filter { $0.value.count > 1 }.map { path, ids in
            Overlap(path: path, features: ids, batches: Array(Set(ids.compactMap { batchOf[$0] })).sorted())
        }.sorted { $0.path < $1.path }
    }

    /// A file that several features declare.
    package struct Overlap: Equatable, Sendable {
        package var path: String
        package var features: [FeatureID]
        package var batches: [BatchID]

        package init(path: String, features: [FeatureID], batches: [BatchID]) {
            self.path = path
            self.features = features
            self.batches = batches
        }
    }

    private static func batchByFeature(_ batches: [BatchPlan]) -> [FeatureID: BatchID] {
        var result: [FeatureID: BatchID] = [:]
        for batch in batches {
            for id in batch.features { result[id] = batch.name }
        }
        return result
    }

    /// A batch's name is the last part of its branch's, so git has to take it, and no branch may be the folder of another.
    private static func names(of batches: [BatchPlan]) -> [String] {
        let names = batches.map(\.name.rawValue)
        let odd = names.filter { name in
            name.utf8.count > 200
                || name.split(separator: "/", omittingEmptySubsequences: false).contains {
                    RefNames.component(String($0)) != $0
                }
        }
        let folders = names.filter { name in names.contains { $0.hasPrefix("\(name)/") } }
        return odd.map { "batch '\($0.shown())' cannot be the name of a branch" }
            + folders.map { "batch '\($0)' cannot be a branch beside one of the form '\($0)/…'" }
    }

    private static func duplicates(in batches: [BatchPlan]) -> [String] {
        let names = Dictionary(grouping: batches, by: \.name).filter { $0.value.count > 1 }.keys.sorted()
        return names.map { "two batches are named '\($0)'" }
            + batches.filter(\.features.isEmpty).map { "batch '\($0.name)' has no feature" }
    }

    private static func coverage(of batches: [BatchPlan], features: [Feature]) -> [String] {
        let known = Set(features.map(\.id))
        var count: [FeatureID: Int] = [:]
        var problems: [String] = []
        for batch in batches {
            for id in batch.features {
                count[id, default: 0] += 1
                if !known.contains(id) { problems.append("batch '\(batch.name)' names the unknown feature '\(id)'") }
            }
        }
        problems += count.filter { $0.value > 1 }.keys.sorted().map { "feature '\($0)' is in more than one batch" }
        let missing = features.map(\.id).filter { count[$0] == nil }
        if !missing.isEmpty {
            let named = missing.prefix(3).map(\.rawValue).joined(separator: ", ")
            let count = missing.count.counted("feature is", "features are")
            problems.append("\(count) in no batch: \(named)\(missing.count > 3 ? ", …" : "")")
        }
        return problems
    }

    private static func order(of batches: [BatchPlan], features: [Feature]) -> [String] {
        let names = Set(batches.map(\.name))
        var problems: [String] = []
        for batch in batches {
            for after in batch.after where !names.contains(after) {
                problems.append("batch '\(batch.name)' comes after the unknown batch '\(after)'")
            }
        }
        let ancestors = ancestors(of: batches)
        problems += batches.filter { ancestors[$0.name]?.contains($0.name) == true }
            .map { "batch '\($0.name)' comes after itself" }
        let batchOf = batchByFeature(batches)
        for feature in features {
            guard let own = batchOf[feature.id] else { continue }
            for dependency in feature.dependsOn {
                guard let other = batchOf[dependency], other != own else { continue }
                if ancestors[own]?.contains(other) != true {
                    problems.append(
                        """
                        feature '\(feature.id)' depends on '\(dependency)' of batch '\(other)', \
                        but batch '\(own)' does not come after it
                        """)
                }
            }
        }
        return problems
    }

    /// All batches that come before each batch; a batch on a cycle is among its own.
    private static func ancestors(of batches: [BatchPlan]) -> [BatchID: Set<BatchID>] {
        let after = Dictionary(batches.map { ($0.name, $0.after) }, uniquingKeysWith: { first, _ in first })
        var result: [BatchID: Set<BatchID>] = [:]
        for batch in batches {
            var seen: Set<BatchID> = []
            var open = batch.after
            while let next = open.popLast() {
                guard seen.insert(next).inserted else { continue }
                open += after[next] ?? []
            }
            result[batch.name] = seen
        }
        return result
    }
}
