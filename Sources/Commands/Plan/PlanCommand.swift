import ArgumentParser
import Engine
import Plans
import Vocabulary
import Workspaces

extension Moonshift {
    struct PlanCommand: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "plan", abstract: "Checks and shows plans.", subcommands: [Check.self, Show.self])
    }
}

extension Moonshift.PlanCommand {
    struct Check: ContextCommand {
        static let configuration = CommandConfiguration(
            abstract: "Checks a plan and lists every fault as file:line:column.",
            discussion: "With --repo it also warns of features whose paths that repository has no place for.")

        @Argument(help: "The plan, YAML or JSON.")
        var plan: String

        @Option(help: ArgumentHelp("The repository that the plan is for, or a folder in it.", valueName: "dir"))
        var repo: String?

        @Option(help: ArgumentHelp("The commit that a run would start from (default HEAD).", valueName: "rev"))
        var base: String?

        @Flag(help: "Print one JSON object instead of text.")
        var json = false

        func validate() throws {
            guard base == nil || repo != nil else { throw ValidationError("--base needs --repo") }
        }

        func run(in context: CommandContext) async throws {
            var plan: Plan
            do {
                plan = try PlanReader.read(path: self.plan)
            } catch {
                guard json, case .faults(let faults) = error else { throw error }
                context.output(Self.value(faults: faults).json + "\n")
                throw ExitStatus.badInput.code
            }
            plan.warnings += try pathWarnings(of: plan, in: context)
            guard !json else { return context.output(Self.value(plan).json + "\n") }
            for warning in plan.warnings { context.progress(warning.description) }
            context.output(
                """
                \(self.plan): \(plan.features.count.counted("feature")), \
                \(Set(plan.features.map(\.id)).count.counted("id")), \
                \(plan.proposedBatches.count.counted("proposed batch", "proposed batches")), \
                \(plan.warnings.count.counted("warning"))

                """)
        }

        private func pathWarnings(of plan: Plan, in context: CommandContext) throws -> [Diagnostic] {
            guard let repo else { return [] }
            let repository = try StateDirectory(repository: context.absolute(repo)).repository
            let commit = try repository.commit(named: base ?? "HEAD")
            return try PathSurvey.warnings(for: plan, named: self.plan, at: commit, in: repository)
        }

        private static func value(_ plan: Plan) -> Value {
            [
                "version": 1, "ok": true, "features": Value(plan.features.count),
                "proposed_batches": Value(plan.proposedBatches.count),
                "warnings": .list(plan.warnings.map { .string($0.description) }), "errors": [],
            ]
        }

        private static func value(faults: [Diagnostic]) -> Value {
            let texts = { (severity: Diagnostic.Severity) -> Value in
                .list(faults.filter { $0.severity == severity }.map { .string($0.description) })
            }
            return ["version": 1, "ok": false, "errors": texts(.error), "warnings": texts(.warning)]
        }
    }
}

extension Moonshift.PlanCommand {
    struct Show: ContextCommand {
        static let configuration = CommandConfiguration(
            abstract: "Shows a plan as it is understood: batches, features, identities.")

        @Argument(help: "The plan, YAML or JSON.")
        var plan: String

        @Flag(help: "Print one JSON object instead of text.")
        var json = false

        func run(in context: CommandContext) async throws {
            let plan = try PlanReader.read(path: self.plan)
            context.output(json ? Self.value(plan).json + "\n" : Self.text(plan))
        }

        private static func batches(of plan: Plan) -> [(name: String, features: [Feature])] {
            let byID = Dictionary(plan.features.map { ($0.id, $0) }, uniquingKeysWith: { first, _ in first })
            let proposed = plan.proposedBatches.map { ($0.name, $0.features.compactMap { byID[$0] }) }
            let grouped = Set(plan.proposedBatches.flatMap(\.features))
            let rest = plan.features.filter { !grouped.contains($0.id) }
            return rest.isEmpty ? proposed : proposed + [("", rest)]
        }

        private static func value(_ plan: Plan) -> Value {
            let batches = batches(of: plan).map { batch -> Value in
                ["name": .string(batch.name), "features": .list(batch.features.map(value))]
            }
            return ["version": 1, "features_total": Value(plan.features.count), "batches": .list(batches)]
        }

        private static func value(_ feature: Feature) -> Value {
            var fields: [String: Value] = [
                "id": .string(feature.id.rawValue), "name": .string(feature.name),
                "file_path": .string(feature.filePath), "test_path": Value(feature.testPath),
                "function_name": Value(feature.functionName), "cli_command": Value(feature.cliCommand),
                "api_endpoint": Value(feature.apiEndpoint), "interface": Value(feature.interface),
                "priority_score": Value(feature.priority), "description": Value(feature.description),
                "depends_on": Value(feature.dependsOn.map(\.rawValue)), "test_ids": Value(feature.testIDs),
                "labels": Value(feature.labels), "model": Value(feature.model),
                "max_cost": Value(feature.maxCost?.decimalString), "context": Value(feature.context),
            ]
            if !feature.extra.isEmpty { fields["extra"] = .map(feature.extra) }
            return .map(fields)
        }

        private static func text(_ plan: Plan) -> String {
            var lines: [String] = []
            for batch in batches(of: plan) {
                let count = batch.features.count.counted("feature")
                lines.append(batch.name.isEmpty ? "in no batch:" : "\(batch.name): \(count)")
                for feature in batch.features {
                    let needed = feature.dependsOn.map(\.rawValue).joined(separator: ", ")
                    let after = needed.isEmpty ? "" : "  after \(needed)"
                    lines.append("  \(feature.id)  \(feature.filePath)  \(feature.testPath ?? "no test path")\(after)")
                }
            }
            return lines.joined(separator: "\n") + "\n"
        }
    }
}
