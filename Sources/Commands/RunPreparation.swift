import CommandRunner
import Engine
import Foundation
import Ledger
import Metering
import Packs
import Plans
import Recipes
import Vocabulary
import Workspaces

/// What `run`, `demo` and a dry run have in common before anything is spent or written.
struct RunPreparation {
    var state: StateDirectory
    var setup: RecipeSetup
    var settings: RunSettings
    var model: ModelSetup
    var host: RecipeHost
    var plan: Plan
    var origin: RunEngine.Origin
    var sandboxMode: SandboxMode
    /// Takes what recipes say while the run is on.
    var notices: NoticeRelay

    /// The plan of a run that names none, in the recipe or on the command line.
    static let standardPlan = "docs/hookup_analysis/integration_plan.yaml"

    struct Request {
        var repo: String
        var base: String
        var recipe: String?
        var plan: String?
        var options: RunOptions
        var model: ModelSetup
        /// Where the recipe is looked for; nil: in the repository.
        var recipeHome: RecipeHome?
    }

    init(_ request: Request, context: CommandContext) throws {
        state = try StateDirectory(repository: context.absolute(request.repo))
        let repository = state.repository
        let notices = NoticeRelay(context: context)
        self.notices = notices
        setup = try RecipeSetup(
            request.recipe, home: request.recipeHome ?? RecipeHome(repository), overrides: request.options.overrides,
            context: context,
            notice: notices.take)
        settings = try request.options.runSettings(from: setup.settings)
        model = request.model
        _ = try model.prices.requirePrice(of: settings.model)
        host = RecipeHost(
            recipe: setup.recipe, settings: setup.settings, loader: setup.loader,
            observers: RecipeObservers(notice: notices.take, decision: notices.take))
        let path = Self.planPath(request.plan, setup.settings.plan, repository: repository, context: context)
        plan = try Self.plan(at: path, isNamed: request.plan != nil)
        let base = try repository.commit(named: request.base)
        sandboxMode = SandboxMode(rawValue: setup.settings.sandbox) ?? .auto
        let bytes = (try? Data(contentsOf: URL(fileURLWithPath: path))) ?? Data()
        origin = RunEngine.Origin(
            base: base, baseName: request.base, planPath: path,
            planDigest: ContentHash(of: [PackFile(path: "plan", bytes: Array(bytes))]).rawValue,
            recipe: request.recipe ?? RecipeLoader.standardName, recipeDigest: setup.recipe.digest)
    }

    private static func plan(at path: String, isNamed: Bool) throws(PlanError) -> Plan {
        do throws(PlanError) {
            return try PlanReader.read(path: path)
        } catch {
            guard !isNamed, case .cannotRead(_, let cause) = error else { throw error }
            throw .cannotRead(path: path, cause: "\(cause). Name the plan with --plan FILE")
        }
    }

    /// A path on the command line starts at the current folder, one of the recipe's at the repository.
    private static func planPath(
        _ said: String?, _ recipe: String?, repository: Repository, context: CommandContext
    ) -> String {
        if let said { return context.absolute(said) }
        let inRepository = recipe ?? standardPlan
        guard !inRepository.hasPrefix("/"), let tree = repository.workTree else {
            return context.absolute(inRepository)
        }
        return "\(tree)/\(inRepository)"
    }

    /// Whether a recipe or pack other than the built-in one wants to see events.
    var tellsRecipes: Bool {
        (setup.recipe.origins["event"] ?? []).contains { $0 != "pack default" }
    }

    /// The silence of a call that is borne once the run was interrupted.
    var stopTimeout: Duration {
        setup.settings.stopTimeout
    }

    var rateLimits: RateLimits {
        RateLimits(
            requestsPerMinute: setup.settings.requestsPerMinute, tokensPerMinute: setup.settings.tokensPerMinute)
    }
}
