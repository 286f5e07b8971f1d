import Documents
import Vocabulary

/// Warns about what a plan says of itself and about what will make it slow; one warning for each file that is concerned.
enum PlanReview {
    static func warn(about outline: PlanOutline, faults: FaultList) {
        warnAboutSummary(outline, faults: faults)
        warnAboutSources(outline, faults: faults)
        warnAboutTests(outline, faults: faults)
    }

    private static func warnAboutSummary(_ outline: PlanOutline, faults: FaultList) {
        guard let summary = outline.summary else { return }
        let facts = [
            ("total_features", outline.drafts.count), ("target_hookup_count", outline.drafts.count),
            ("batches", outline.batches.count),
        ]
        let wrong = facts.compactMap { key, found -> String? in
            guard let claimed = summary.node(key)?.value.integerValue, claimed != found else { return nil }
            return "`\(key)` says \(claimed), but the plan has \(found)"
        }
        guard !wrong.isEmpty else { return }
        faults.warning("the summary is wrong and not used: \(wrong.joined(separator: "; "))", at: summary.place)
    }

    private static func warnAboutSources(_ outline: PlanOutline, faults: FaultList) {
        var batchesOfDraft: [Int: String] = [:]
        for batch in outline.batches {
            for member in batch.members { batchesOfDraft[member] = batch.name }
        }
        for group in grouped(outline.drafts.indices, by: { outline.drafts[$0].feature.filePath }) {
            var remarks: [String] = []
            let batches = distinct(group.members.compactMap { batchesOfDraft[$0] })
            if batches.count > 1 {
                remarks.append("\(group.members.count) features in batches \(listed(batches)) change it")
            }
            let unnamed = group.members.filter { outline.drafts[$0].explicitID == nil }
            let repeated = grouped(unnamed) { outline.drafts[$0].feature.name }.filter { $0.members.count > 1 }
            if !repeated.isEmpty {
                let names = repeated.map { "\($0.key.shown()) (\($0.members.count))" }
                remarks.append("names repeat, an `id` would tell them apart: \(listed(names))")
            }
            guard !remarks.isEmpty, let first = group.members.first else { continue }
            let remark = "\(group.key.shown()): \(remarks.joined(separator: "; "))"
            faults.warning(remark, at: outline.drafts[first].filePlace)
        }
    }

    private static func warnAboutTests(_ outline: PlanOutline, faults: FaultList) {
        let open = outline.drafts.indices.filter {
            outline.drafts[$0].feature.testPath != nil && outline.drafts[$0].feature.testIDs.isEmpty
        }
        for group in grouped(open, by: { outline.drafts[$0].feature.testPath ?? "" }) {
            let sources = distinct(group.members.map { outline.drafts[$0].feature.filePath })
            guard sources.count > 1, let first = group.members.first else { continue }
            faults.warning(
                "\(group.key.shown()): tests features of \(sources.count) files (\(listed(sources))); `test_ids` would tell them apart",
                at: outline.drafts[first].testPlace)
        }
    }

    /// The members by key, in the order in which the keys come first; a faulty draft has an empty key and is left out.
    private static func grouped(
        _ members: some Sequence<Int>, by key: (Int) -> String
    ) -> [(key: String, members: [Int])] {
        let members = Array(members)
        let groups = Dictionary(grouping: members, by: key)
        return distinct(members.map(key)).filter { !$0.isEmpty }.map { ($0, groups[$0] ?? []) }
    }

    private static func distinct(_ texts: [String]) -> [String] {
        var seen: Set<String> = []
        return texts.filter { seen.insert($0).inserted }
    }

    private static func listed(_ texts: [String]) -> String {
        let shown = texts.prefix(6).map { $0.shown() }.joined(separator: ", ")
        return texts.count > 6 ? "\(shown) and \(texts.count - 6) more" : shown
    }
}
