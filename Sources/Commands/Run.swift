import ArgumentParser
import CommandRunner
import Engine
import Ledger
import Metering
import Plans
import Vocabulary
import Workspaces

extension Moonshift {
    struct Run: ContextCommand {
        static let configuration = CommandConfiguration(
            abstract: "Carries out a plan: tested commits on a branch for each batch.",
            discussion: """
                The plan is the one of --plan, else the recipe's, else \(RunPreparation.standardPlan) in the repository.
                The model server is the one of OPENAI_BASE_URL with the key of OPENAI_API_KEY.
                """)

        @Argument(help: "A recipe, by name or path (default tdd).")
        var recipe: String?

        @Option(help: ArgumentHelp("The plan, YAML or JSON.", valueName: "file"))
        var plan: String?

        @Option(help: ArgumentHelp("The repository, or a folder in it.", valueName: "dir"))
        var repo = "."

        @Option(help: ArgumentHelp("The commit to start from.", valueName: "rev"))
        var base = "HEAD"

        @Flag(help: "Show batches, first prompts, cost and time; change nothing and call no model.")
        var dryRun = false

        @OptionGroup(title: "Limits") var options: RunOptions
        @OptionGroup(title: "Output") var output: OutputOptions

        func run(in context: CommandContext) async throws {
            try output.checkFiles(in: context)
            let model = try ModelSetup(options: options, needsKey: !dryRun, context: context)
            let preparation = try RunPreparation(
                .init(repo: repo, base: base, recipe: recipe, plan: plan, options: options, model: model),
                context: context)
            if dryRun {
                return try await DryRunCommand(preparation: preparation, output: output).run(in: context)
            }
            let result = try await RunStart(preparation: preparation, output: output).run(in: context)
            try output.show(result, context: context)
            throw ExitCode(result.signal.map { 128 + $0 } ?? result.summary.exitCode)
        }
    }
}

/// Starts a new run from what was prepared, and drives it to its end.
struct RunStart {
    let preparation: RunPreparation
    let output: OutputOptions

    func run(in context: CommandContext) async throws -> RunEnd {
        let sandbox = try await Sandbox.select(preparation.sandboxMode)
        let batches = try await Preparation.make(
            plan: preparation.plan, settings: preparation.settings, policies: preparation.host)
        if !output.quiet, !output.json { try await announce(batches, sandbox: sandbox, in: context) }
        let ledger = try preparation.state.openLedger(creates: true)
        let assembly = try await RunAssembly(
            .init(
                run: RunName.make(), state: preparation.state, ledger: ledger, settings: preparation.settings,
                sandbox: sandbox, host: preparation.host, model: preparation.model, events: [],
                featureCaps: Self.caps(of: batches), rateLimits: preparation.rateLimits,
                stopTimeout: preparation.stopTimeout, context: context))
        preparation.notices.attach(assembly.services)
        let driver = RunDriver(
            assembly: assembly, host: preparation.host, output: output, context: context,
            tellsRecipes: preparation.tellsRecipes)
        return try await driver.drive(.start(batches, preparation.origin))
    }

    private static func caps(of batches: Preparation) -> [FeatureID: Picodollars] {
        Dictionary(batches.features.compactMap { feature in feature.maxCost.map { (feature.id, $0) } }) { $1 }
    }

    private func announce(_ batches: Preparation, sandbox: Sandbox, in context: CommandContext) async throws {
        for warning in preparation.plan.warnings { context.progress(warning.description) }
        let settings = preparation.settings
        let base = preparation.origin.base.description.prefix(12)
        context.progress(
            """
            \(batches.features.count.counted("feature")) in \(batches.batches.count.counted("batch", "batches")), \
            from \(preparation.origin.baseName) (\(base)), recipe \(preparation.origin.recipe)
            """)
        if try await preparation.state.repository.isDirty() {
            context.progress(
                "the working tree has changes that are not committed; they are not part of the base and stay as they are"
            )
        }
        let repository = preparation.state.repository
        let odd = try repository.indistinctNames(in: try repository.tree(of: preparation.origin.base))
        if let first = odd.first {
            context.progress(
                """
                warning: worktrees cannot hold \(odd.count.counted("file")) under its own name, such as '\(first.shown())': \
                it is not UTF-8, or another's in a different Unicode form. Tests may miss it; commits keep it
                """)
        }
        context.progress(try preparation.model.priceLine(model: settings.model))
        context.progress("cap \(settings.maxCost.map(\.description) ?? "none"); \(sandbox.description)")
    }
}

/// The names of runs: the time in UTC and four letters, so that they sort and never meet.
enum RunName {
    static func make() -> RunID {
        let time = UTCTime.string(UTCTime.now())
        let digits = time.filter { $0.isNumber }
        let letters = (0..<4).map { _ in "abcdefghjkmnpqrstuvwxyz23456789".randomElement().map(String.init) ?? "x" }
        return RunID(rawValue: "\(digits.prefix(8))-\(digits.dropFirst(8).prefix(6))-\(letters.joined())")
    }
}
