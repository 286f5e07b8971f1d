import Documents
import Vocabulary

/// A plan as it was read, before features have their identity.
struct PlanOutline {
    struct Batch {
        var name: String
        /// Positions in ``PlanOutline/drafts``.
        var members: [Int]
    }

    /// The fields that hold features; every other top-level field is kept as it is.
    static let structure = ["batches", "features"]
    private static let known = structure + ["version", "generated_at", "summary"]
    private static let knownOfBatch = ["batch_id", "name", "features", "estimated_time_hours"]

    var drafts: [FeatureDraft] = []
    private(set) var batches: [Batch] = []
    /// What the plan says about itself; nil when it says nothing.
    let summary: DocumentFields?

    /// Reads everything that can be read; what cannot goes to the fault list of `fields`.
    init(_ fields: DocumentFields) {
        summary = fields.node("summary").flatMap { node in
            if case .map = node.content { fields.fields("summary") } else { nil }
        }
        for entry in fields.others(than: Self.known) {
            guard let meaning = fields.likelyMeaning(of: entry.key, among: Self.known) else { continue }
            fields.faults.warning("unknown field `\(entry.key)`: did you mean `\(meaning)`?", at: entry.place)
        }
        for node in fields.list("features", of: "features") ?? [] { add(node, to: nil, faults: fields.faults) }
        for node in fields.list("batches", of: "batches") ?? [] { addBatch(node, faults: fields.faults) }
        guard drafts.isEmpty, !fields.faults.hasErrors else { return }
        let place = fields.node("batches")?.place ?? fields.node("features")?.place ?? fields.place
        fields.faults.error(
            "the plan has no features: list them under `features`, or under `features` of one of its `batches`",
            at: place)
    }

    /// The batches with the features' identities.
    var proposedBatches: [ProposedBatch] {
        batches.map { batch in
            ProposedBatch(name: batch.name, features: batch.members.map { drafts[$0].feature.id })
        }
    }

    private mutating func addBatch(_ node: DocumentNode, faults: FaultList) {
        guard let fields = DocumentFields(node, owner: "a batch", faults: faults) else { return }
        let name = Self.name(of: fields) ?? String(batches.count + 1)
        if batches.contains(where: { $0.name == name }) {
            faults.warning("another batch is called `\(name.shown())` too", at: fields.place)
        }
        for entry in fields.others(than: Self.knownOfBatch) {
            let meaning = fields.likelyMeaning(of: entry.key, among: Self.knownOfBatch)
            let hint = meaning.map { "did you mean `\($0)`?" } ?? "it is ignored"
            faults.warning("a batch has no field `\(entry.key.shown())`: \(hint)", at: entry.place)
        }
        batches.append(Batch(name: name, members: []))
        if fields.node("features") == nil { faults.error("a batch needs `features`", at: fields.place) }
        for feature in fields.list("features", of: "features") ?? [] {
            add(feature, to: batches.count - 1, faults: faults)
        }
    }

    private mutating func add(_ node: DocumentNode, to batch: Int?, faults: FaultList) {
        guard let fields = DocumentFields(node, owner: "a feature", faults: faults) else { return }
        if let batch { batches[batch].members.append(drafts.count) }
        drafts.append(FeatureDraft(fields))
    }

    private static func name(of batch: DocumentFields) -> String? {
        let key = batch.node("name") == nil ? "batch_id" : "name"
        if let number = batch.node(key)?.value.integerValue { return String(number) }
        return batch.string(key)
    }
}
