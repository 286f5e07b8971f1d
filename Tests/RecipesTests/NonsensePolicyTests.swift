import MoonshiftTestSupport
import Plans
import PolicyContract
import Testing
import Vocabulary

@testable import Recipes

/// Policies that answer what nobody can use: the message names file and line, and the run stops or the next in line decides.
@Suite(.timeLimit(.minutes(5))) struct NonsensePolicyTests {
    /// Bodies of a policy that come to their end.
    private static let answers = [
        "return 42", "return -1", "return 'text'", "return true", "return { 1, 2, 3 }", "return { nonsense = 1 }",
        "return { action = 0 / 0, order = 0 / 0, add = 0 / 0 }", "return { 0 / 0 }", "return math.huge",
        "return '\\255\\254'", "return { ['\\255'] = '\\255' }", "return { '\\xed\\xa0\\x80' }",
        "return setmetatable({ 'a' }, { __len = function() return -5 end })",
    ]

    /// Bodies of a policy that raise an error, are stopped, or return what is no value outside of Lua.
    private static let breakdowns = [
        "return function() end", "return { 1, a = 2 }", "return { [1.5] = 1 }", "return { [true] = 1 }",
        "local t = {} t.t = t return t", "local t = {} for i = 1, 1000000 do t[i] = i end return t",
        "return ('x'):rep(5000000)", "local t = {} for i = 1, 10000 do t = { t } end return t", "error('boom')",
        "error({ a = 1 })", "error(nil)", "error(setmetatable({}, {}))", "coroutine.yield(1)", "return nil + 1",
        "return undefined_name", "local function f() return f() + 1 end return f()", "while true do end",
        "local s = 'x' while true do s = s .. s end", "return host.nothing()",
        "return setmetatable({}, { __gc = true })", "return print", "return coroutine.create(print)",
    ]

    private static let names = PolicyCatalog.policies.map(\.name)

    /// Nobody asks what `event` answers.
    @Test(arguments: names.filter { $0 != PolicyCatalog.event.name }, answers)
    func aWrongAnswerIsAnErrorWithItsPlace(policy: String, body: String) async throws {
        let said = try await Self.messages(of: policy, body: body)
        #expect(said.first?.contains("recipes/mine.lua:2") == true, "\(said)")
    }

    @Test(arguments: names, breakdowns)
    func aBreakdownIsAnErrorWithItsPlace(policy: String, body: String) async throws {
        let said = try await Self.messages(of: policy, body: body)
        #expect(said.first?.contains("recipes/mine.lua:2") == true, "\(said)")
    }

    /// An answer is read as it stands: nothing of a metatable is run outside of a call's limits.
    @Test(arguments: names, ["__index", "__pairs"])
    func metamethodsOfAnAnswerAreNotRun(policy: String, name: String) async throws {
        let body = "return setmetatable({}, { \(name) = function() error('trap') end })"
        let said = try await Self.messages(of: policy, body: body)
        #expect(!said.contains { $0.contains("trap") }, "\(said)")
    }

    /// What is said when a recipe's policy, on line 2 of its file, has this body.
    private static func messages(of policy: String, body: String) async throws -> [String] {
        let folder = try RecipeFolder(recipe: "return { api = 1,\n  \(policy) = function(ctx) \(body) end }")
        let heard = Heard()
        let error = await ask(try folder.host(hearing: heard), policy)
        return error.map { [$0.description] } ?? heard.notices.map(\.message)
    }

    private static func ask(_ host: RecipeHost, _ policy: String) async -> PolicyError? {
        let feature = Feature.example()
        let stat = DiffStat(files: ["a"], addedLines: 1, removedLines: 0)
        do throws(PolicyError) {
            switch policy {
            case "expand": _ = try await host.expand(ExpandContext(features: [feature]))
            case "stages":
                _ = try await host.stages(
                    StagesContext(feature: feature, hasSource: true, hasTests: true, toolchain: "lua"))
            case "batch":
                _ = try await host.batch(
                    BatchContext(
                        features: [feature], proposed: [], maxFeatures: 5, maxParallelBatches: 1, budgetLeft: nil))
            case "route":
                _ = try await host.route(
                    RouteContext(
                        feature: feature, stage: "implement", attempt: 1, spent: .zero, models: [], workers: ["chat"]))
            case "prompt": _ = try await host.prompt(.example())
            case "accept":
                _ = try await host.accept(
                    AcceptContext(feature: feature, diff: "", diffStat: stat, tests: [], cost: .zero))
            case "retry": _ = try await host.retry(.example(.timeout))
            case "landing":
                _ = try await host.landing(
                    LandingContext(batch: "b", candidates: ["a"], landedCount: 0, failureEstimate: 0, testSlots: 2))
            case "commit":
                _ = try await host.commit(
                    CommitContext(
                        feature: feature, attempt: 1, diffStat: stat, tests: [], cost: .zero, worker: "chat", model: nil
                    ))
            case "pull_request":
                _ = try await host.pullRequest(
                    PullRequestContext(
                        run: "r", batch: "b", branch: "x", base: "y", landed: [], failed: [], cost: .zero))
            default:
                host.observe(["kind": "landed"])
                host.finish()
                await host.deliverEvents()
            }
            return nil
        } catch {
            return error
        }
    }
}
