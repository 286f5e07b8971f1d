import MoonshiftTestSupport
import Packs
import Plans
import PolicyContract
import Testing
import Vocabulary

@testable import Recipes

@Suite struct DefaultPolicyTests {
    @Test func thePlanIsTakenAsItIs() async throws {
        let expansion = try await builtInHost().expand(ExpandContext(features: [.example()]))
        #expect(expansion == PlanExpansion())
    }

    @Test(arguments: [
        (false, false, ["test red", "stub none", "implement green"]),
        (true, false, ["test red", "implement green"]),
        (false, true, ["stub none", "implement green"]),
        (true, true, ["implement green"]),
    ])
    func stagesAreWhatIsMissing(hasSource: Bool, hasTests: Bool, expected: [String]) async throws {
        let stages = try await builtInHost().stages(
            StagesContext(feature: .example(), hasSource: hasSource, hasTests: hasTests, toolchain: "lua"))
        #expect(stages.map { "\($0.name) \($0.gate)" } == expected)
    }

    @Test func hookupAndDocumentRunWhereThePlanAsks() async throws {
        let feature = Feature.example(labels: ["document", "hookup"])
        let stages = try await builtInHost().stages(
            StagesContext(feature: feature, hasSource: true, hasTests: true, toolchain: nil))
        #expect(stages.map(\.name) == ["implement", "hookup", "document"])
    }

    @Test func routeTakesTheSuggestionThenThePlan() async throws {
        let host = try builtInHost()
        var context = RouteContext(
            feature: .example(), stage: "implement", attempt: 1, spent: .zero, models: [], workers: ["agent", "chat"])
        #expect(try await host.route(context) == Route(worker: "chat"))
        context.feature.model = "small"
        context.feature.maxCost = Picodollars(dollars: "0.25")
        #expect(
            try await host.route(context)
                == Route(worker: "chat", model: "small", maxCost: Picodollars(250_000_000_000)))
        context.suggestedModel = "large"
        context.suggestedWorker = "agent"
        #expect(try await host.route(context).model == "large")
        #expect(try await host.route(context).worker == "agent")
    }

    @Test(arguments: ["test", "stub", "implement", "hookup", "document", "review"])
    func everyStageHasAPrompt(stage: String) async throws {
        let prompt = try await builtInHost().prompt(.example(stage: stage))
        #expect(prompt.system?.contains("one feature of a plan") == true)
        #expect(prompt.user.contains("`add`"))
        #expect(prompt.user.contains("Adds two numbers."))
        #expect(prompt.user.contains("src/calc.lua` as it is now"))
        #expect(prompt.maxOutputTokens == 16_000)
        #expect(!prompt.user.contains("{{") && !prompt.user.contains("\n\n\n"))
    }

    @Test(arguments: Failure.Kind.allCases)
    func everyFailureHasAFix(kind: Failure.Kind) async throws {
        let failure = Failure(kind: kind, summary: "it went wrong", outputTail: "FAIL ``` here", exitCode: 1)
        let prompt = try await builtInHost().prompt(.example(failure: failure))
        #expect(prompt.user.contains("it went wrong"))
        #expect(prompt.user.contains("look again"))
        #expect(prompt.user.contains("````text\nFAIL ``` here\n````"))
        #expect(!prompt.user.contains("{{") && !prompt.user.contains("\n\n\n"))
    }

    @Test func filesOfThePlanAreShownOnce() async throws {
        var context = PromptContext.example()
        context.feature.context = ["docs/spec.md", "src/calc.lua"]
        #expect(try await builtInHost().prompt(context).files == ["docs/spec.md"])
    }

    @Test func longFilesAreCutInTheMiddle() async throws {
        var context = PromptContext.example()
        context.files["src/calc.lua"] = "head\n" + String(repeating: "ä", count: 60_000) + "\ntail\n"
        let user = try await builtInHost().prompt(context).user
        #expect(user.contains("(cut; read the rest with your tools)"))
        #expect(user.contains("head\n") && user.contains("\ntail\n") && !user.contains("\u{FFFD}"))
    }

    @Test func aGreenChangeIsAccepted() async throws {
        let verdict = try await builtInHost().accept(
            AcceptContext(
                feature: .example(), diff: "--- a/x\n+++ b/x\n+local a = 1\n",
                diffStat: DiffStat(files: ["x"], addedLines: 1, removedLines: 0), tests: [], cost: .zero))
        #expect(verdict == Verdict(isAccepted: true))
    }

    @Test func conflictMarkersAreNotAccepted() async throws {
        let verdict = try await builtInHost().accept(
            AcceptContext(
                feature: .example(), diff: "--- a/x\n+++ b/src/x.lua\n+<<<<<<< ours\n",
                diffStat: DiffStat(files: ["src/x.lua"], addedLines: 1, removedLines: 0), tests: [], cost: .zero))
        #expect(!verdict.isAccepted)
        #expect(
            verdict.problems == [
                Verdict.Problem(message: "the change holds a merge conflict marker", file: "src/x.lua")
            ])
    }

    @Test(arguments: [
        (Failure.Kind.testsFailed, 1, "retry"), (.testsFailed, 2, "retry"), (.testsFailed, 3, "give_up"),
        (.testsNotRed, 1, "retry"), (.rejected, 2, "retry"), (.notAccepted, 3, "give_up"), (.timeout, 1, "retry"),
        (.rateLimit, 3, "retry"), (.rateLimit, 7, "retry"), (.rateLimit, 8, "give_up"), (.serverError, 4, "retry"),
        (.conflict, 3, "retry"), (.conflict, 5, "give_up"), (.landingRed, 4, "retry"), (.budget, 1, "give_up"),
        (.policy, 1, "give_up"), (.internalError, 1, "give_up"), (.refused, 1, "give_up"),
        (.dependency, 1, "give_up"), (.workerGaveUp, 1, "retry"), (.testsMissing, 2, "retry"),
    ])
    func retriesWhatAnAttemptCanChange(kind: Failure.Kind, attempt: Int, action: String) async throws {
        let decision = try await builtInHost().retry(.example(kind, attempt: attempt))
        #expect(decision.action.rawValue == action)
    }

    @Test func retriesWaitLongerEachTime() async throws {
        let host = try builtInHost()
        #expect(try await host.retry(.example(.rateLimit, attempt: 1)).delay == .seconds(30))
        #expect(try await host.retry(.example(.serverError, attempt: 3)).delay == .seconds(120))
        #expect(try await host.retry(.example(.serverError, attempt: 7)).delay == .seconds(600))
        #expect(try await host.retry(.example(.testsFailed)).delay == nil)
        #expect(try await host.retry(.example(.conflict)).note?.hasSuffix("it went wrong") == true)
    }

    @Test(arguments: [(1, 20.0, "retry"), (9, 3600, "retry"), (20, 7201, "hold_batch")])
    func anOutageIsWaitedForAndLosesNoFeature(tries: Int, seconds: Double, action: String) async throws {
        var context = RetryContext.example(.serverError, attempt: 3 + tries)
        context.outage = RetryContext.Outage(tries: tries, duration: .seconds(seconds))
        let decision = try await builtInHost().retry(context)
        #expect(decision.action.rawValue == action)
        #expect(decision.delay == (action == "retry" ? .seconds(tries == 1 ? 30 : 600) : nil))
    }

    /// ln 2 / estimate, and half as many again with slots to spare.
    @Test(arguments: [
        (0.0, 2, 64), (0.01, 2, 64), (0.05, 1, 14), (0.05, 4, 21), (0.1, 2, 7), (0.25, 2, 3), (0.5, 2, 1), (0.9, 8, 1),
    ])
    func foldsShrinkWithTheChanceOfACulprit(estimate: Double, slots: Int, size: Int) async throws {
        let decision = try await builtInHost().landing(
            LandingContext(
                batch: "batch-1", candidates: ["a", "b"], landedCount: 3, failureEstimate: estimate, testSlots: slots))
        #expect(decision == LandingDecision(foldSize: size))
    }

    @Test func commitsAreConventionalAndShort() async throws {
        let host = try builtInHost()
        var context = CommitContext(
            feature: .example(), attempt: 1,
            diffStat: DiffStat(files: ["src/calc.lua"], addedLines: 3, removedLines: 0),
            tests: [TestResult(file: "tests/calc_test.lua", id: "test_add", outcome: .passed)], cost: .dollar,
            worker: "chat", model: "m")
        let message = try await host.commit(context)
        #expect(message.subject == "feat(calc): add add")
        #expect(
            message.body == "Adds two numbers.\n\nProved by 1 test in tests/calc_test.lua: red before, green after.")
        context.feature.name = String(repeating: "very long ", count: 20) + "\nname"
        context.feature.labels = ["bug"]
        let long = try await host.commit(context).subject
        #expect(long.count <= 72 && long.hasPrefix("fix(calc): fix very long"))
    }

    @Test func pullRequestsTellWhatLandedAndWhatDidNot() async throws {
        var failed = Feature.example("calc.sub")
        failed.name = "sub | `x`"
        let text = try await builtInHost().pullRequest(
            PullRequestContext(
                run: "run-1", batch: "batch-1", branch: "moonshift/run-1/batch-1", base: "main",
                landed: [
                    .init(
                        feature: .example(), commit: "0123456789abcdef", attempts: 2,
                        cost: Picodollars(12_300_000_000), provenTests: 3)
                ],
                failed: [
                    .init(
                        feature: failed,
                        failure: Failure(kind: .testsFailed, summary: "1 of 2 tests failed", outputTail: "```\nboom"),
                        attempts: 3, cost: .dollar)
                ], cost: .dollar + Picodollars(12_300_000_000)))
        #expect(text.title == "Add add (1 left out)")
        #expect(!text.isDraft)
        #expect(
            text.body == """
                1 feature landed on `moonshift/run-1/batch-1`, one commit each, against `main`. Each value of the branch was \
                tested before it became one, by the tests of all features on it.

                ## Landed

                | Feature | File | Proof | Attempts | Cost | Commit |
                |---|---|---|---:|---:|---|
                | add | `src/calc.lua` | 3 tests, red → green | 2 | $0.0123 | `0123456789` |

                ## Not in this pull request

                - **sub \\| \\`x\\`** (`src/calc.lua`): 1 of 2 tests failed (`tests_failed`, 3 attempts, $1.00)
                  <details><summary>Output</summary>
                  
                  ````text
                  ```
                  boom
                  ````
                  
                  </details>

                ## Cost

                This batch cost $1.01, of which $1.00 went into what did not land.

                Run `run-1`, batch `batch-1`.

                """)
    }

    @Test func eventsCostNothingWhenNobodyListens() async throws {
        let heard = Heard()
        let host = try builtInHost(hearing: heard)
        host.observe(["kind": "run_started"])
        host.finish()
        await host.deliverEvents()
        #expect(heard.notices.isEmpty)
        #expect(heard.decisions.map(\.policy) == ["event"])
    }
}
