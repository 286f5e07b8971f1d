import Engine
import Ledger
import PolicyContract
import Vocabulary

/// A run as a person reads it after the fact, rendered from the ledger alone.
struct RunReport {
    enum Format: String, CaseIterable {
        case text, md, json
    }

    let record: RunRecord
    let summary: RunSummary

    init(run: RunID, record: RunRecord, isRunning: Bool) {
        self.record = record
        let seconds = Double(record.lastTime - record.startTime) / 1000
        let cap = (record.settings["max_cost"] ?? record.settings["maxCost"])?.stringValue.flatMap {
            Picodollars(dollars: $0)
        }
        var summary = RunSummary(run: run, record: record, seconds: seconds, cap: cap)
        if summary.featuresOpen > 0, record.stopReason == nil, record.finished == nil {
            summary.stopReason =
                isRunning
                ? "the run is still on" : "the run ended without a word: it was killed, or its machine or disk failed"
        }
        summary.isServiceLost = record.finished?.exit == Int(ExitStatus.unavailable.rawValue)
        self.summary = summary
    }

    func render(_ format: Format) -> String {
        switch format {
        case .text: text
        case .md: markdown
        case .json: value.json + "\n"
        }
    }

    private var value: Value {
        guard case .map(var fields) = summary.value else { return summary.value }
        fields["type"] = "report"
        fields["base"] = Value(record.started?.base)
        fields["plan_path"] = Value(record.started?.planPath)
        fields["recipe"] = Value(record.started?.recipe)
        fields["recipe_digest"] = Value(record.started?.recipeDigest)
        fields["batches"] = .list(
            record.batches.map { batch in
                [
                    "name": .string(batch.plan.name.rawValue), "branch": .string(batch.branch),
                    "landed": Value(batch.landedOrder.map(\.rawValue)),
                    "features": .list(batch.plan.features.map { feature($0) }),
                ]
            })
        return .map(fields)
    }

    private func feature(_ id: FeatureID) -> Value {
        let known = record.features[id]
        return [
            "id": .string(id.rawValue), "outcome": .string(Self.word(for: known)),
            "failure": Value(known?.outcome?.failure?.kind), "reason": Value(known?.outcome?.failure?.summary),
            "attempts": Value(known?.attempts.values.max() ?? 0), "commit": Value(known?.landed?.commit),
            "cost_usd": .string((known?.spent ?? .zero).decimalString), "model": Value(known?.model),
            "proven_tests": Value(known?.provenTests ?? 0),
        ]
    }

    static func word(for feature: RunRecord.FeatureRecord?) -> String {
        switch feature?.outcome?.outcome {
        case .landed: "landed"
        case .alreadyDone: "already done"
        case .failed: "failed"
        case .skipped: "skipped"
        case nil: "open"
        }
    }

    private var text: String {
        var lines = SummaryText(summary).lines
        for batch in record.batches {
            lines.append("")
            lines.append("\(batch.plan.name)  \(batch.branch)")
            for id in batch.plan.features {
                let known = record.features[id]
                let reason = known?.outcome?.failure.map { "  \($0.kind): \($0.summary)" } ?? ""
                let cost = (known?.spent ?? .zero).description
                lines.append("  \(Self.word(for: known).padded(to: 12)) \(cost.padded(to: 9)) \(id)\(reason)")
            }
        }
        return lines.joined(separator: "\n") + "\n"
    }

    private var markdown: String {
        var lines = ["# Moonshift run \(summary.run)", ""]
        lines += SummaryText(summary).lines.map { "- " + $0 }
        for batch in record.batches {
            lines += ["", "## \(batch.plan.name) (`\(batch.branch)`)", ""]
            lines += ["| feature | outcome | attempts | cost | why |", "|---|---|---|---|---|"]
            for id in batch.plan.features {
                let known = record.features[id]
                let reason = known?.outcome?.failure.map { "\($0.kind): \($0.summary)" } ?? ""
                let cells = [
                    "`\(id)`", Self.word(for: known), String(known?.attempts.values.max() ?? 0),
                    (known?.spent ?? .zero).description, reason.replacing("|", with: "\\|"),
                ]
                lines.append("| " + cells.joined(separator: " | ") + " |")
            }
        }
        return lines.joined(separator: "\n") + "\n"
    }
}

/// The end of a run as text: what was done, what was not and why, what it cost, where to look.
struct SummaryText {
    let summary: RunSummary

    init(_ summary: RunSummary) {
        self.summary = summary
    }

    var lines: [String] {
        let all = summary.featuresTotal.counted("feature")
        var lines = ["run \(summary.run): \(summary.featuresLanded) of \(all) landed"]
        if summary.featuresAlreadyDone > 0 {
            lines.append(
                summary.featuresAlreadyDone == 1
                    ? "1 was done already: its tests passed on the base"
                    : "\(summary.featuresAlreadyDone) were done already: their tests passed on the base")
        }
        if summary.featuresFailed > 0 {
            let reasons = summary.failures.sorted { ($1.value, $0.key) < ($0.value, $1.key) }
                .map { "\($0.value) \($0.key)" }.joined(separator: ", ")
            lines.append("\(summary.featuresFailed) did not: \(reasons)")
        }
        if summary.featuresOpen > 0 {
            let verb = summary.featuresOpen == 1 ? "is" : "are"
            lines.append("\(summary.featuresOpen) \(verb) open: \(summary.stopReason ?? "interrupted")")
            for other in summary.stopReasons where other != summary.stopReason { lines.append("and: \(other)") }
        }
        let cap = summary.cap.map { " of a cap of \($0)" } ?? ""
        let unknown =
            summary.spentUnknown > .zero
            ? ", \(summary.spentUnknown) of it charged in full because the answer was lost" : ""
        lines.append("cost \(summary.spent)\(cap) in \(summary.calls.counted("call"))\(unknown)")
        if summary.held > .zero {
            lines.append("up to \(summary.held) more for calls whose end is not on record")
        }
        let rate = (summary.featuresPerSecond * 10).rounded() / 10
        lines.append("took \((summary.seconds * 10).rounded() / 10) s, \(rate) landed features a second")
        if !summary.branches.isEmpty {
            lines.append("branches: \(summary.branches.joined(separator: ", "))")
        }
        return lines
    }
}

extension String {
    func padded(to width: Int) -> String {
        self + String(repeating: " ", count: max(0, width - count))
    }
}
