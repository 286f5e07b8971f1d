import MoonshiftTestSupport
import Packs
import Plans
import PolicyContract
import Testing
import Vocabulary

@testable import Recipes

@Suite struct AnswerSchemaTests {
    private func retryError(_ answer: String) async throws -> (decision: RetryDecision, notices: [String]) {
        let folder = try RecipeFolder(
            recipe: """
                return {
                  api = 1,
                  retry = function(ctx)
                    return \(answer)
                  end,
                }
                """)
        let heard = Heard()
        let decision = try await folder.host(hearing: heard).retry(.example(.budget))
        return (decision, heard.notices.map(\.message))
    }

    @Test(arguments: [
        (
            #"{ action = "retrry" }"#,
            """
            recipes/mine.lua:3: retry().action: expected one of "retry", "escalate", "split", "skip", "give_up", \
            "hold_batch", got "retrry"; did you mean 'retry'?
            """
        ),
        (
            #"{ action = "retry", dealy = 3 }"#,
            "recipes/mine.lua:3: retry().dealy: unknown field; did you mean 'delay'?"
        ),
        (
            #"{ action = "retry", delay = "soon" }"#,
            """
            recipes/mine.lua:3: retry().delay: expected a duration such as "30s" or "10m", got the string "soon"
            """
        ),
        (#"{ note = "x" }"#, "recipes/mine.lua:3: retry(): field 'action' is missing"),
        (#""retry""#, #"recipes/mine.lua:3: retry(): expected a table, got the string "retry""#),
        (
            #"{ action = "retry", note = {} }"#,
            "recipes/mine.lua:3: retry().note: expected a string, got an empty table"
        ),
    ])
    func aWrongAnswerIsNamedAndTheNextDecides(answer: String, message: String) async throws {
        let (decision, notices) = try await retryError(answer)
        #expect(decision.action == .giveUp)
        #expect(
            notices == ["recipe mine, policy 'retry': \(message)\nThe next in line decides instead"])
    }

    @Test func aWrongBatchStopsTheRunWithItsPath() async throws {
        let folder = try RecipeFolder(
            recipe: """
                local function batch(ctx)
                  return { { features = { "a" } }, { features = {} }, { features = {}, after = "batch-1", size = 3 } }
                end

                return { api = 1, batch = batch }
                """)
        let host = try folder.host()
        let error = await #expect(throws: PolicyError.self) {
            try await host.batch(
                BatchContext(
                    features: [.example("a")], proposed: [], maxFeatures: 5, maxParallelBatches: 1, budgetLeft: nil))
        }
        #expect(
            error
                == PolicyError(
                    policy: "batch",
                    message: """
                        recipes/mine.lua:5: batch()[3].after: expected a list of strings, got the string "batch-1"
                        recipes/mine.lua:5: batch()[3].size: unknown field
                        """, stopsRun: true))
    }

    @Test func aLongSubjectIsRefused() async throws {
        let folder = try RecipeFolder(
            recipe: #"return { api = 1, commit = function() return { subject = ("x"):rep(73) } end }"#)
        let heard = Heard()
        let message = try await folder.host(hearing: heard).commit(
            CommitContext(
                feature: .example(), attempt: 1, diffStat: DiffStat(files: [], addedLines: 0, removedLines: 0),
                tests: [],
                cost: .zero, worker: "chat", model: nil))
        #expect(message.subject == "feat(calc): add add")
        #expect(
            heard.notices.first?.message.contains(
                "recipes/mine.lua:1: commit().subject: has 73 characters, at most 72 are allowed") == true)
    }

    @Test(
        arguments: [
            (
                "stages", [["name": "a", "gate": "none"], ["name": "a", "gate": "none"]],
                #"stages()[2].name: there is a stage "a" already"#
            ),
            (
                "stages", [["name": "a\u{1B}", "gate": "none"]],
                "stages()[1].name: has U+001B (a control character), which cannot be seen"
            ),
            ("route", ["worker": "nobody"], #"route().worker: there is no worker "nobody"; there are: chat, template"#),
            ("route", ["timeout": "0s"], "route().timeout: is no time at all"),
            ("prompt", ["user": " \n"], "prompt().user: is empty"),
            (
                "retry", ["action": "retry", "delay": "25h"],
                "retry().delay: is longer than a day; `hold_batch` waits for a person"
            ),
            ("landing", ["full_suite": [""]], "landing().full_suite: names no program"),
            ("commit", ["subject": "a\nb"], "commit().subject: has more than one line"),
            ("commit", ["subject": "a", "body": "x\0"], "commit().body: has a zero byte"),
            (
                "commit", ["subject": "a", "trailers": [["name": "Moonshift-Feature", "value": "b"]]],
                #"commit().trailers[1].name: "Moonshift-Feature": these trailers are the host's own"#
            ),
            (
                "commit", ["subject": "a", "trailers": [["name": "Signed off", "value": "b"]]],
                #"commit().trailers[1].name: "Signed off" is not made of letters, digits and `-`"#
            ),
            ("run", ["argv": []], "run().argv: is empty"),
            ("run", ["argv": ["a"], "env": ["A=B": "c"]], #"run().env: "A=B" is no name of a variable"#),
            (
                "skeleton", ["path": "../out.py"],
                #"skeleton().path: must stay inside the repository, without ..: "../out.py""#
            ),
        ] as [(String, Value, String)])
    func whatNobodyCanUseIsNamed(policy: String, answer: Value, fault: String) {
        let faults = AnswerRules.faults(in: answer, to: policy, asked: ["workers": ["chat"]])
        #expect(faults.map(\.text) == [fault])
    }

    @Test func aToolchainCannotWriteOutsideOfItsFolder() async throws {
        let folder = try RecipeFolder(
            recipe: """
                local evil = {}
                function evil.matches() return true end
                function evil.find() return {} end
                function evil.read() return {} end
                function evil.run() return { argv = { "true" }, files = { ["../x"] = "" }, report = "/etc/passwd" } end
                return { api = 1, toolchains = { evil = evil } }
                """)
        let host = try folder.host()
        let error = await #expect(throws: PolicyError.self) {
            try await host.testCommand(
                "evil", TestCommandRequest(targets: [], scratch: "/tmp", nonce: "n", programs: [:]))
        }
        #expect(
            error?.message == """
                recipes/mine.lua:6: run(): "../x" is no plain file name
                recipes/mine.lua:6: run(): "/etc/passwd" is no plain file name
                """)
    }

    @Test func aListenerThatFailsIsToldOnceAndHearsNothingMore() async throws {
        let folder = try RecipeFolder(recipe: #"return { api = 1, event = function() error("boom") end }"#)
        let heard = Heard()
        let host = try folder.host(hearing: heard)
        for _ in 1...3 { host.observe(["kind": "landed"]) }
        host.finish()
        await host.deliverEvents()
        #expect(heard.notices.count == 1)
        let message = try #require(heard.notices.first?.message)
        #expect(message.contains("boom"), "\(message)")
        #expect(message.hasSuffix("\nIt hears nothing more until it is edited"), "\(message)")
    }

    @Test func contextsHaveTheirDeclaredShape() {
        let feature = Feature.example(dependsOn: ["x"])
        let failure = Failure(kind: .timeout, summary: "s")
        let stat = DiffStat(files: ["a"], addedLines: 1, removedLines: 2)
        let test = TestResult(file: "f", id: "i", outcome: .passed)
        let contexts: [(PolicyDeclaration, Value)] = [
            (PolicyCatalog.expand, ["features": [feature.luaValue]]),
            (
                PolicyCatalog.stages,
                StagesContext(feature: feature, hasSource: true, hasTests: true, toolchain: "lua").luaValue
            ),
            (
                PolicyCatalog.batch,
                BatchContext(
                    features: [feature], proposed: [ProposedBatch(name: "1", features: ["x"])], maxFeatures: 1,
                    maxParallelBatches: 1, budgetLeft: .dollar
                ).luaValue
            ),
            (
                PolicyCatalog.route,
                RouteContext(feature: feature, stage: "test", attempt: 1, spent: .zero, models: [], workers: ["chat"])
                    .luaValue
            ),
            (PolicyCatalog.prompt, PromptContext.example(failure: failure).luaValue),
            (
                PolicyCatalog.accept,
                AcceptContext(feature: feature, diff: "", diffStat: stat, tests: [test], cost: .dollar).luaValue
            ),
            (PolicyCatalog.retry, RetryContext.example(.timeout).luaValue),
            (
                PolicyCatalog.landing,
                LandingContext(batch: "b", candidates: ["x"], landedCount: 0, failureEstimate: 0.5, testSlots: 2)
                    .luaValue
            ),
            (
                PolicyCatalog.commit,
                CommitContext(
                    feature: feature, attempt: 1, diffStat: stat, tests: [test], cost: .zero, worker: "w", model: nil
                ).luaValue
            ),
            (
                PolicyCatalog.pullRequest,
                PullRequestContext(
                    run: "r", batch: "b", branch: "x", base: "y",
                    landed: [.init(feature: feature, commit: "c", attempts: 1, cost: .zero, provenTests: 1)],
                    failed: [.init(feature: feature, failure: failure, attempts: 1, cost: .zero)], cost: .zero
                ).luaValue
            ),
        ]
        for (declaration, context) in contexts {
            let fields = context.mapValue?.filter { $0.value != .null } ?? [:]
            #expect(
                Shape.record(declaration.context).faults(in: .map(fields), path: "ctx") == [], "\(declaration.name)")
        }
    }
}
