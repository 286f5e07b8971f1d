import Documents
import Plans
import PolicyContract
import Vocabulary

/// A plan in the hands of the `expand` policies, one after the other.
struct PlanDraft {
    private(set) var features: [Feature]

    init(features: [Feature]) {
        self.features = features
    }

    /// Carries out one answer.
    ///
    /// - Returns: What is wrong with it; the draft is not meaningful then.
    mutating func apply(_ answer: Value) -> [ShapeFault] {
        var faults: [ShapeFault] = []
        for (index, id) in (answer["drop"]?.strings ?? []).enumerated() {
            if let place = place(of: id) {
                features.remove(at: place)
            } else {
                faults.append(unknown(id, path: "expand().drop[\(index + 1)]"))
            }
        }
        for (index, draft) in (answer["change"]?.listValue ?? []).enumerated() {
            let path = "expand().change[\(index + 1)]"
            guard let id = draft["id"]?.stringValue else {
                faults.append(ShapeFault(path: path, message: "field 'id' is missing"))
                continue
            }
            if let place = place(of: id) {
                features[place].apply(draft: draft)
                faults += Self.problems(of: features[place], path: path)
            } else {
                faults.append(unknown(id, path: path + ".id"))
            }
        }
        for (index, draft) in (answer["add"]?.listValue ?? []).enumerated() {
            faults += add(draft, path: "expand().add[\(index + 1)]")
        }
        return faults
    }

    private mutating func add(_ draft: Value, path: String) -> [ShapeFault] {
        let missing = ["id", "name", "file_path"].filter { draft[$0] == nil }
        guard missing.isEmpty, let id = draft["id"]?.stringValue else {
            return missing.map { ShapeFault(path: path, message: "field '\($0)' is missing") }
        }
        guard place(of: id) == nil else {
            return [ShapeFault(path: "\(path).id", message: "the plan has a feature '\(id)' already; use `change`")]
        }
        var feature = Feature(id: FeatureID(rawValue: id), name: "", filePath: "")
        feature.apply(draft: draft)
        features.append(feature)
        let problem = FeatureIdentity.problem(with: id).map { ShapeFault(path: "\(path).id", message: $0) }
        return [problem].compactMap(\.self) + Self.problems(of: feature, path: path)
    }

    /// What a plan file would be refused for.
    private static func problems(of feature: Feature, path: String) -> [ShapeFault] {
        var faults: [ShapeFault] = []
        if feature.name.allSatisfy(\.isWhitespace) {
            faults.append(ShapeFault(path: "\(path).name", message: "is empty"))
        }
        if feature.testCommand?.first?.isEmpty ?? (feature.testCommand != nil) {
            faults.append(ShapeFault(path: "\(path).test_command", message: "names no program"))
        }
        let paths =
            [("file_path", feature.filePath)] + (feature.testPath.map { [("test_path", $0)] } ?? [])
            + feature.context.map { ("context", $0) }
        for (field, text) in paths {
            guard case .bad(let problem) = RepositoryPath.check(text) else { continue }
            faults.append(ShapeFault(path: "\(path).\(field)", message: "\(problem): \"\(text.shown())\""))
        }
        return faults
    }

    /// The difference to the plan as it was.
    func expansion(of original: [Feature]) -> PlanExpansion {
        let before = Dictionary(original.map { ($0.id, $0) }) { first, _ in first }
        let now = Set(features.map(\.id))
        return PlanExpansion(
            added: features.filter { before[$0.id] == nil },
            changed: features.filter { feature in before[feature.id].map { $0 != feature } ?? false },
            dropped: original.map(\.id).filter { !now.contains($0) })
    }

    private func place(of id: String) -> Int? {
        features.firstIndex { $0.id.rawValue == id }
    }

    private func unknown(_ id: String, path: String) -> ShapeFault {
        let hint = Spelling.hint(for: id, among: features.map(\.id.rawValue))
        return ShapeFault(path: path, message: "the plan has no feature '\(id)'\(hint)")
    }
}
