import Engine
import Foundation
import Ledger
import Metering
import Plans
import PolicyContract
import Vocabulary
import Workspaces

/// Shows what a run would do, by the code of the run, and changes nothing.
struct DryRunCommand {
    let preparation: RunPreparation
    let output: OutputOptions

    func run(in context: CommandContext) async throws {
        let settings = preparation.settings
        let price = try preparation.model.prices.requirePrice(of: settings.model)
        let services = DryRunServices(
            repository: preparation.state.repository, policies: preparation.host, toolchains: preparation.host,
            settings: settings, price: price, history: try await history(), workerNames: ["chat"],
            models: [settings.model])
        let dry = try await DryRun.make(plan: preparation.plan, base: preparation.origin.base, services: services)
        if output.json {
            context.output(value(of: dry).json + "\n")
        } else {
            for warning in preparation.plan.warnings where !output.quiet { context.progress(warning.description) }
            context.output(text(of: dry, priceLine: try preparation.model.priceLine(model: settings.model)))
        }
    }

    /// What earlier runs of the repository cost, if there is a ledger; reading it creates nothing.
    private func history() async throws -> CallHistory {
        guard preparation.state.hasLedger else { return CallHistory() }
        let ledger = try preparation.state.openLedger(creates: false)
        var history = CallHistory()
        for run in try await ledger.runs().suffix(10) where run.landed > 0 {
            let record = try await RunRecord.read(run.run, from: ledger)
            history.features += run.landed + run.failed
            history.calls += record.calls
            history.cost += record.spent
        }
        return history
    }

    private func value(of dry: DryRun) -> Value {
        let prompts = Dictionary(dry.prompts.map { ($0.feature, $0) }, uniquingKeysWith: { first, _ in first })
        let batches = dry.preparation.batches.map { batch -> Value in
            [
                "name": .string(batch.name.rawValue), "after": Value(batch.after.map(\.rawValue)),
                "features": .list(batch.features.map { feature($0, prompts[$0]) }),
            ]
        }
        let estimate = dry.estimate
        return [
            "type": "dry_run", "version": 1, "features_total": Value(dry.preparation.features.count),
            "base": .string(preparation.origin.base.description), "batches": .list(batches),
            "shared_files": Value(dry.preparation.overlaps.count),
            "without_toolchain": Value(dry.withoutToolchain.map(\.rawValue)),
            "refused": .map(
                Dictionary(uniqueKeysWithValues: dry.refused.map { ($0.key.rawValue, Value.string($0.value)) })),
            "cap_usd": Value(preparation.settings.maxCost?.decimalString),
            "worst_case_usd": .string(estimate.worstCase.decimalString),
            "likely_usd": [.string(estimate.likelyLow.decimalString), .string(estimate.likelyHigh.decimalString)],
            "likely_seconds": [.number(estimate.secondsLow), .number(estimate.secondsHigh)],
            "basis": .string(estimate.basis),
        ]
    }

    private func feature(_ id: FeatureID, _ first: DryRun.FirstPrompt?) -> Value {
        guard let first else { return ["id": .string(id.rawValue)] }
        return [
            "id": .string(id.rawValue), "stages": Value(first.stages), "worker": .string(first.worker),
            "model": .string(first.model), "stage": .string(first.stage), "prompt": .string(first.prompt.user),
            "system": Value(first.prompt.system),
        ]
    }

    private func text(of dry: DryRun, priceLine: String) -> String {
        let preparation = dry.preparation
        var lines = [
            "\(preparation.features.count.counted("feature")) in \(preparation.batches.count.counted("batch", "batches"))"
        ]
        for batch in preparation.batches {
            let after = batch.after.isEmpty ? "" : ", after \(batch.after.map(\.rawValue).joined(separator: ", "))"
            lines.append("  \(batch.name): \(batch.features.count.counted("feature"))\(after)")
        }
        let across = preparation.overlaps.count { $0.batches.count > 1 }
        if !preparation.overlaps.isEmpty {
            let verb = preparation.overlaps.count == 1 ? "is" : "are"
            let shared = preparation.overlaps.count.counted("file")
            lines.append("\(shared) \(verb) declared by several features, \(across) of them in several batches")
        }
        if !dry.withoutToolchain.isEmpty {
            let named = dry.withoutToolchain.prefix(3).map(\.rawValue) + (dry.withoutToolchain.count > 3 ? ["…"] : [])
            let verb = dry.withoutToolchain.count == 1 ? "has" : "have"
            let features = dry.withoutToolchain.count.counted("feature")
            lines.append(
                "\(features) \(verb) no toolchain and would fail at once: \(named.joined(separator: ", "))")
        }
        for (id, problem) in dry.refused.sorted(by: { $0.key < $1.key }) {
            lines.append("the feature \(id) would be refused: \(problem)")
        }
        lines.append(priceLine)
        lines += estimateLines(dry.estimate)
        if let first = dry.prompts.first { lines += promptLines(first) }
        if output.verbose { lines += dry.prompts.dropFirst().flatMap(promptLines) }
        if dry.prompts.count > 1, !output.verbose {
            lines.append("(--verbose shows all \(dry.prompts.count) first prompts, --json too)")
        }
        return lines.joined(separator: "\n") + "\n"
    }

    private func estimateLines(_ estimate: DryRun.Estimate) -> [String] {
        let cap = preparation.settings.maxCost.map(\.description) ?? "none"
        return [
            "cost: likely \(estimate.likelyLow) to \(estimate.likelyHigh), at most \(estimate.worstCase); the cap is \(cap)",
            "time: likely \(Self.time(estimate.secondsLow)) to \(Self.time(estimate.secondsHigh)); \(estimate.basis)",
        ]
    }

    private func promptLines(_ first: DryRun.FirstPrompt) -> [String] {
        let stages = first.stages.joined(separator: ", ")
        var lines = [
            "",
            "--- \(first.feature) (\(stages)): first prompt of stage \(first.stage), \(first.worker), \(first.model)",
        ]
        if let system = first.prompt.system { lines.append("[system] \(system)") }
        lines.append("[user] \(first.prompt.user)")
        return lines
    }

    private static func time(_ seconds: Double) -> String {
        switch seconds {
        case ..<90: "\(Int(seconds.rounded(.up))) s"
        case ..<5_400: "\(Int((seconds / 60).rounded(.up))) min"
        default: "\((seconds / 360).rounded() / 10) h"
        }
    }
}
