import MoonshiftTestSupport
import Packs
import Plans
import PolicyContract
import Testing
import Vocabulary

@testable import Recipes

@Suite struct PolicyCombinationTests {
    @Test func noOpinionIsPassedOn() async throws {
        let folder = try RecipeFolder(
            recipe: """
                return { api = 1, retry = function(ctx)
                  if ctx.failure.kind == "timeout" then return { action = "hold_batch", delay = 90, note = "slow" } end
                end }
                """)
        let host = try folder.host()
        #expect(
            try await host.retry(.example(.timeout))
                == RetryDecision(action: .holdBatch, delay: .seconds(90), note: "slow"))
        #expect(try await host.retry(.example(.budget)) == RetryDecision(action: .giveUp))
    }

    @Test func theRecipeHasTheLastWordOnPrompts() async throws {
        let folder = try RecipeFolder(
            recipe: """
                return { api = 1, prompt = function(ctx)
                  return { system = ctx.prev.system, user = ctx.prev.user .. "\\nUse tabs.", files = { "STYLE.md" } }
                end }
                """)
        let prompt = try await folder.host().prompt(.example())
        #expect(prompt.user.hasPrefix("# Implement `add`") && prompt.user.hasSuffix("\nUse tabs."))
        #expect(prompt.system != nil && prompt.files == ["STYLE.md"])
    }

    @Test func aPromptThatFailsLeavesTheBuiltInText() async throws {
        let folder = try RecipeFolder(
            recipe: """
                return { api = 1, prompt = function(ctx)
                  return { user = host.template { text = "{{naem}}", values = { name = "x" } } }
                end }
                """)
        let heard = Heard()
        let prompt = try await folder.host(hearing: heard).prompt(.example())
        #expect(prompt.user.hasPrefix("# Implement `add`"))
        let notice = try #require(heard.notices.first?.message)
        #expect(
            notice.hasPrefix(
                "recipe mine, policy 'prompt': recipes/mine.lua:2: text:1: there is no value 'naem'; did you mean 'name'?"
            ),
            "\(notice)")
    }

    @Test func allHaveToAccept() async throws {
        let folder = try RecipeFolder(
            recipe: """
                return { api = 1, accept = function(ctx)
                  return { ok = false, problems = { { message = "too long", line = 3, severity = "warning" } } }
                end }
                """)
        let verdict = try await folder.host().accept(
            AcceptContext(
                feature: .example(), diff: "", diffStat: DiffStat(files: [], addedLines: 0, removedLines: 0), tests: [],
                cost: .zero))
        #expect(!verdict.isAccepted)
        #expect(
            verdict.problems == [
                .init(message: "too long", line: 3, severity: .warning),
                .init(message: "nothing was changed", severity: .warning),
            ])
    }

    @Test func plansGrowChangeAndShrink() async throws {
        let folder = try RecipeFolder(
            recipe: """
                return { api = 1, expand = function(ctx)
                  return {
                    drop = { "b" },
                    change = { { id = "a", priority = 9, labels = { "docs" }, max_cost = "0.5" } },
                    add = { { id = "c", name = "c", file_path = ctx.features[1].file_path, depends_on = { "a" } } },
                  }
                end }
                """)
        let plan: [Feature] = [.example("a"), .example("b")]
        let expansion = try await folder.host().expand(ExpandContext(features: plan))
        var changed = Feature.example("a", labels: ["docs"])
        changed.priority = 9
        changed.maxCost = Picodollars(dollars: "0.5")
        #expect(
            expansion
                == PlanExpansion(
                    added: [Feature(id: "c", name: "c", filePath: "src/calc.lua", dependsOn: ["a"])],
                    changed: [changed],
                    dropped: ["b"]))
    }

    @Test func anExpansionOfUnknownFeaturesStopsTheRun() async throws {
        let folder = try RecipeFolder(
            recipe: "return { api = 1, expand = function() return { drop = { 'loginn' }, add = { { id = 'x' } } } end }"
        )
        let host = try folder.host()
        let error = await #expect(throws: PolicyError.self) {
            try await host.expand(ExpandContext(features: [.example("login")]))
        }
        #expect(
            error
                == PolicyError(
                    policy: "expand",
                    message: """
                        recipes/mine.lua:1: expand().drop[1]: the plan has no feature 'loginn'; did you mean 'login'?
                        recipes/mine.lua:1: expand().add[1]: field 'name' is missing
                        recipes/mine.lua:1: expand().add[1]: field 'file_path' is missing
                        """, stopsRun: true))
    }

    @Test func eventsReachEveryListener() async throws {
        let folder = try RecipeFolder(
            recipe: "return { api = 1, event = function(ctx) host.log(ctx.event.kind) end }")
        let heard = Heard()
        let host = try folder.host(hearing: heard)
        host.observe(["kind": "run_started"])
        host.observe(["kind": "landed"])
        host.finish()
        await host.deliverEvents()
        #expect(
            heard.notices.map(\.message) == ["recipes/mine.lua:1: run_started", "recipes/mine.lua:1: landed"])
    }
}
