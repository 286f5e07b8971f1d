import Documents
import Vocabulary

/// Turns what `depends_on` says into identities, and refuses what leads nowhere or in a circle.
enum DependencyResolver {
    static func resolve(_ drafts: inout [FeatureDraft], faults: FaultList) {
        let names = Dictionary(grouping: drafts.map(\.feature), by: \.name).mapValues { $0.map(\.id) }
        let identities = Set(drafts.map(\.feature.id))
        // Where each feature mentions each of its dependencies first.
        var places: [[FeatureID: DocumentPlace]] = []
        for index in drafts.indices {
            var seen: [FeatureID: DocumentPlace] = [:]
            for mention in drafts[index].dependencies {
                let found = target(of: mention, names: names, identities: identities, faults: faults)
                guard let found, seen[found] == nil else { continue }
                seen[found] = mention.place
                drafts[index].feature.dependsOn.append(found)
            }
            places.append(seen)
        }
        for cycle in cycles(in: drafts) {
            let path = (cycle + cycle.prefix(1)).map { drafts[$0].feature.id }
            let text = path.map(\.rawValue).joined(separator: " → ")
            faults.error("`depends_on` goes in a circle: \(text)", at: places[cycle[0]][path[1]])
        }
    }

    private static func target(
        of mention: FeatureDraft.Mention, names: [String: [FeatureID]], identities: Set<FeatureID>, faults: FaultList
    ) -> FeatureID? {
        let identity = FeatureID(rawValue: mention.text)
        if identities.contains(identity) { return identity }
        switch names[mention.text] ?? [] {
        case let found where found.count == 1:
            return found[0]
        case let found where found.isEmpty:
            let known = names.keys.sorted() + identities.map(\.rawValue).sorted()
            let hint = Spelling.closest(to: mention.text, among: known).map { ": did you mean `\($0)`?" } ?? ""
            let message = "`depends_on` names no feature of this plan, \"\(mention.text.shown())\"\(hint)"
            faults.error(message, at: mention.place)
        case let found:
            faults.error(
                """
                `depends_on` names "\(mention.text.shown())", which \(found.count) features are called: \
                say one of \(found.map { "`\($0)`" }.joined(separator: ", "))
                """, at: mention.place)
        }
        return nil
    }

    /// Every circle that a walk through the plan meets, as positions, starting with the earliest in the plan.
    ///
    /// The walk keeps its own stack: a chain may be as long as the plan.
    private static func cycles(in drafts: [FeatureDraft]) -> [[Int]] {
        let positions = Dictionary(
            drafts.enumerated().map { ($0.element.feature.id, $0.offset) }, uniquingKeysWith: { first, _ in first })
        let next = drafts.map { draft in draft.feature.dependsOn.compactMap { positions[$0] } }
        enum Mark { case new, open, done }
        var marks = Array(repeating: Mark.new, count: drafts.count)
        var cycles: [[Int]] = []
        for start in drafts.indices where marks[start] == .new {
            var path: [(position: Int, edge: Int)] = [(start, 0)]
            marks[start] = .open
            while let (position, edge) = path.last {
                guard edge < next[position].count else {
                    marks[position] = .done
                    path.removeLast()
                    continue
                }
                path[path.count - 1].edge += 1
                let target = next[position][edge]
                switch marks[target] {
                case .new:
                    marks[target] = .open
                    path.append((target, 0))
                case .open:
                    let members = path.map(\.position).drop { $0 != target }
                    cycles.append(rotated(Array(members)))
                case .done: break
                }
            }
        }
        return cycles
    }

    private static func rotated(_ cycle: [Int]) -> [Int] {
        let first = cycle.indices.min { cycle[$0] < cycle[$1] } ?? 0
        return Array(cycle[first...] + cycle[..<first])
    }
}
