import ArgumentParser
import CommandRunner
import Engine
import Ledger
import Metering
import Plans
import Recipes
import Vocabulary

extension Moonshift {
    struct Resume: ContextCommand {
        static let configuration = CommandConfiguration(
            abstract: "Goes on with a run that was stopped or killed; answers on record are not paid again.")

        @OptionGroup var selection: RunSelection

        @OptionGroup(title: "Limits") var options: RunOptions
        @OptionGroup(title: "Output") var output: OutputOptions

        func run(in context: CommandContext) async throws {
            try output.checkFiles(in: context)
            let model = try ModelSetup(options: options, needsKey: true, context: context)
            let result = try await RunResumption(
                repo: selection.repo, run: selection.run, options: options, output: output, model: model
            ).run(in: context)
            try output.show(result, context: context)
            throw ExitCode(result.signal.map { 128 + $0 } ?? result.summary.exitCode)
        }
    }
}

/// Takes up a recorded run: its plan, its settings with the command line's over them, its recipe as it is now.
struct RunResumption {
    let repo: String
    let run: String?
    let options: RunOptions
    let output: OutputOptions
    let model: ModelSetup

    func run(in context: CommandContext) async throws -> RunEnd {
        let state = try StateDirectory(repository: context.absolute(repo))
        let ledger = try state.openLedger(creates: false)
        let id = try await RunSelection.find(run, in: ledger)
        let events = try await ledger.events(of: id)
        let record = RunRecord(events)
        guard let started = record.started else { throw ResumeError.notStarted(id) }
        var settings = try RunSettings(stored: record.settings)
        options.apply(to: &settings)
        _ = try model.prices.requirePrice(of: settings.model)
        let notices = NoticeRelay(context: context)
        let setup = try RecipeSetup(
            started.recipe, home: RecipeHome(state.repository), overrides: options.overrides, context: context,
            notice: notices.take)
        if setup.recipe.digest != started.recipeDigest, !output.quiet {
            context.progress("recipe \(started.recipe) was edited since the run started; it is used as it is now")
        }
        let host = RecipeHost(
            recipe: setup.recipe, settings: setup.settings, loader: setup.loader,
            observers: RecipeObservers(notice: notices.take, decision: notices.take))
        let sandbox = try await Sandbox.select(
            options.sandbox ?? SandboxMode(rawValue: setup.settings.sandbox) ?? .auto)
        let features = try started.features()
        let assembly = try await RunAssembly(
            .init(
                run: id, state: state, ledger: ledger, settings: settings, sandbox: sandbox, host: host, model: model,
                events: events,
                featureCaps: Dictionary(features.compactMap { feature in feature.maxCost.map { (feature.id, $0) } }) {
                    $1
                },
                rateLimits: RateLimits(
                    requestsPerMinute: setup.settings.requestsPerMinute, tokensPerMinute: setup.settings.tokensPerMinute
                ),
                stopTimeout: setup.settings.stopTimeout, context: context))
        notices.attach(assembly.services)
        let wantsEvents = (setup.recipe.origins["event"] ?? []).contains { $0 != "pack default" }
        let driver = RunDriver(
            assembly: assembly, host: host, output: output, context: context, tellsRecipes: wantsEvents)
        return try await driver.drive(.resume(record))
    }
}
