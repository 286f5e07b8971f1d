import MoonshiftTestSupport
import SimulatedModel
import Testing
import Vocabulary

/// What the program says to input that it cannot use: why, where, and what to do; nothing is changed and nothing spent.
@Suite(.heavy, .timeLimit(.minutes(5)))
struct BadInputTests {
    struct Case: CustomTestStringConvertible, Sendable {
        let testDescription: String
        var arguments: [String]
        var environment: [String: String?] = [:]
        /// Files beside a good `plan.yaml`; none of them is trusted.
        var files: [String: String] = [:]
        var code: Int32
        var says: [String]

        init(
            _ description: String, _ arguments: [String], _ environment: [String: String?] = [:],
            files: [String: String] = [:], code: Int32, says: [String]
        ) {
            testDescription = description
            self.arguments = arguments
            self.environment = environment
            self.files = files
            self.code = code
            self.says = says
        }
    }

    @Test(arguments: Self.plans + Self.settings + Self.usage)
    func aMessageSaysWhatIsWrongAndWhatToDo(_ bad: Case) async throws {
        let site = try await BadInputSite(files: bad.files.merging(["plan.yaml": BadInputSite.plan]) { $1 })
        try await site.expectRefusal(bad.arguments, bad.environment, code: bad.code, says: bad.says)
    }

    private static let plans = [
        Case(
            "plan missing", ["run", "--plan", "nope.yaml"], code: 65,
            says: ["cannot read the plan", "/nope.yaml: there is no such file"]),
        Case("no plan named", ["run"], code: 65, says: ["integration_plan.yaml", "Name the plan with --plan FILE"]),
        Case("plan is a folder", ["plan", "check", "."], code: 65, says: ["cannot read the plan .: it is a folder"]),
        Case(
            "not YAML", ["run", "--plan", "bad.yaml"], files: ["bad.yaml": "features: [a\n b: {"], code: 65,
            says: ["/bad.yaml:2:3: error: not YAML: did not find expected ',' or ']'"]),
        Case(
            "wrong types", ["run", "--plan", "bad.yaml", "--dry-run"],
            files: ["bad.yaml": "features:\n  - name: 3\n    file_path: [x]\n    depends_on: z\n"], code: 65,
            says: [
                "bad.yaml:2:11: error: `name` must be a string, but is the integer 3: put it in quotes",
                "bad.yaml:3:16: error: `file_path` must be a string, but is a list",
                "bad.yaml:4:17: error: `depends_on` names no feature of this plan, \"z\"",
            ]),
        Case(
            "faults of all layers at once", ["plan", "check", "bad.yaml"],
            files: [
                "bad.yaml": """
                features:
                  - name: a
                    file_path: a.lua
                    name: b
                    id: x
                  - {name: c, file_path: ../c.lua, id: x}
                  - name: d
                    "file_path": d.lua
                    depends_on: [nope]
                    description: |
                      file_path: this is text
                    file_path : e.lua
                    labels: 3
                features: []
                """
            ], code: 65,
            says: [
                "bad.yaml:4:5: error: `name` stands in line 2 already: remove or rename one\n",
                "bad.yaml:6:40: error: `id` \"x\" is that of the feature in line 2 too\n",
                "bad.yaml:6:26: error: `file_path` must stay inside the repository, without ..: \"../c.lua\"\n",
                "bad.yaml:12:5: error: `file_path` stands in line 8 already: remove or rename one\n",
                "bad.yaml:9:18: error: `depends_on` names no feature of this plan, \"nope\"",
                "bad.yaml:13:13: error: `labels` must be a list of strings, but is the integer 3",
                "bad.yaml:14:1: error: `features` stands in line 1 already: remove or rename one\n",
            ]),
        Case(
            "cycle", ["plan", "show", "bad.yaml"],
            files: [
                "bad.yaml": """
                features:
                  - {name: a, file_path: a.lua, depends_on: [b]}
                  - {name: b, file_path: b.lua, depends_on: [a]}
                """
            ], code: 65, says: ["bad.yaml:2:46: error: `depends_on` goes in a circle: a.a → b.b → a.a"]),
        Case(
            "path outside the repository", ["plan", "check", "bad.yaml"],
            files: [
                "bad.yaml": """
                features:
                  - {name: a, file_path: ../a.lua}
                  - {name: b, file_path: /etc/passwd}
                  - {name: c, file_path: .git/config}
                """
            ], code: 65,
            says: [
                "bad.yaml:2:26: error: `file_path` must stay inside the repository, without ..: \"../a.lua\"",
                "bad.yaml:3:26: error: `file_path` must be relative to the repository's root, not absolute: \"/etc/passwd\"",
                "bad.yaml:4:26: error: `file_path`",
            ]),
        Case(
            "path with what cannot be seen", ["plan", "check", "bad.yaml"],
            files: [
                "bad.yaml": """
                features:
                  - {name: a, file_path: "src/\u{202E}a.lua", test_path: "a\\tb.lua"}
                  - {name: b, file_path: "src/\\u2066b.lua", context: ["c\\x1b[31m.lua", "d\\N.lua"]}
                """
            ], code: 65,
            says: [
                "bad.yaml:2:26: error: `file_path` must not hold U+202E (right-to-left override), which cannot be seen: "
                    + "\"src/\\u{202E}a.lua\"\n",
                "`test_path` must not hold U+0009 (a control character), which cannot be seen: \"a\\u{9}b.lua\"\n",
                "bad.yaml:3:26: error: `file_path` must not hold U+2066 (left-to-right isolate), which cannot be seen: ",
                "`context` must not hold U+001B (a control character), which cannot be seen: \"c\\u{1B}[31m.lua\"\n",
                "`context` must not hold U+0085 (a control character), which cannot be seen: ",
            ]),
        Case(
            "path too long to be shown", ["plan", "check", "bad.yaml"],
            files: ["bad.yaml": "features:\n  - {name: a, file_path: \(String(repeating: "x", count: 5000)).lua}\n"],
            code: 65,
            says: [
                "error: `file_path` is too long: \"\(String(repeating: "x", count: 40))…\(String(repeating: "x", count: 35)).lua\"\n"
            ]),
    ]

    private static let settings = [
        Case(
            "recipe not trusted", ["run", "mine", "--plan", "plan.yaml"],
            files: ["recipes/mine.lua": "return { api = 1 }"], code: 65,
            says: ["recipes/mine.lua has not run here before", "read it, then say `moonshift trust recipes/mine.lua`"]),
        Case(
            "unknown recipe", ["run", "nosuch", "--plan", "plan.yaml"],
            files: ["recipes/mine.lua": "return { api = 1 }"], code: 65,
            says: ["no recipe 'nosuch': the recipes are mine, tdd.", "recipes/mine.lua works too"]),
        Case(
            "setting in the environment", ["run", "--plan", "plan.yaml"], ["MOONSHIFT_MAX_COST": "much"], code: 64,
            says: ["environment MOONSHIFT_MAX_COST: expected an amount of dollars", "got the string \"much\""]),
        Case(
            "no API key", ["run", "--plan", "plan.yaml"], ["OPENAI_BASE_URL": nil], code: 69,
            says: ["no API key: set OPENAI_API_KEY, or OPENAI_BASE_URL", "`moonshift demo` works without either"]),
        Case(
            "address without scheme", ["run", "--plan", "plan.yaml"], ["OPENAI_BASE_URL": "localhost:8080"], code: 64,
            says: ["OPENAI_BASE_URL must start with http:// or https://, not 'localhost:8080'"]),
        Case(
            "model without a price", ["run", "--plan", "plan.yaml", "--model", "gpt-99"], code: 65,
            says: [
                "model 'gpt-99' has no price in the built-in prices of", "Name a price file that has it with --prices",
            ]),
        Case(
            "price file missing", ["run", "--plan", "plan.yaml", "--prices", "/nope.json"], code: 65,
            says: ["cannot read the price file /nope.json: there is no such file"]),
        Case(
            "base not found", ["run", "--plan", "plan.yaml", "--base", "nope"], code: 65,
            says: ["no commit is named `nope` in this repository; check it with `git rev-parse nope`."]),
        Case(
            "resume without a run", ["resume"], code: 65,
            says: ["no run is recorded in this repository; start one with `moonshift run`"]),
        Case(
            "report without a run", ["report", "nope"], code: 65,
            says: ["no run is recorded in this repository; start one with `moonshift run`"]),
    ]

    private static let usage = [
        Case(
            "unknown option", ["run", "--modle", "gpt-4.1"], code: 64,
            says: ["Unknown option '--modle'. Did you mean '--model'?", "Usage: moonshift run"]),
        Case(
            "unknown command", ["bogus"], code: 64,
            says: ["Unexpected argument 'bogus'", "Usage: moonshift <subcommand>"]),
        Case("option without value", ["run", "--plan"], code: 64, says: ["Missing value for '--plan <file>'"]),
        Case(
            "no amount", ["run", "--max-cost", "much"], code: 64, says: ["'much' is invalid for '--max-cost <dollars>'"]
        ),
        Case(
            "no width", ["run", "--max-parallel-features", "0"], code: 64,
            says: ["--max-parallel-features must be between 1 and 10000, not 0"]),
        Case("quiet and verbose", ["run", "-q", "-v"], code: 64, says: ["--verbose and --quiet exclude each other"]),
        Case(
            "log file unwritable", ["run", "--plan", "plan.yaml", "--log-file", "/nowhere/log"], code: 64,
            says: ["cannot write --log-file /nowhere/log: check that its folder exists and is writable"]),
        Case(
            "output unwritable", ["run", "--plan", "plan.yaml", "--output", "/nowhere/out.json"], code: 64,
            says: ["cannot write --output /nowhere/out.json: check that its folder exists and is writable"]),
        Case(
            "output is a folder", ["demo", "--output", "."], code: 64,
            says: ["cannot write --output .: it is a folder; name a file"]),
        Case(
            "keep a folder with something in it", ["demo", "--features", "2", "--batches", "1", "--keep", "."],
            code: 64,
            says: ["the folder is not empty; name a new one"]),
    ]

    @Test(arguments: [
        (
            "return {\n  api = 1,\n  settings = {\n    model = = 3\n}}",
            ["recipes/mine.lua:4: error: unexpected symbol near '='"]
        ),
        (
            "return { api = 1, settings = { max_cots = 3 } }",
            ["settings.max_cots: unknown setting; did you mean 'max_cost'?"]
        ),
        ("return { api = 1, btach = function() end }", ["unknown name 'btach'; did you mean 'batch'?"]),
        ("while true do end", ["recipes/mine.lua:1: error: the call "]),
        ("local s = 'x'\nwhile true do s = s .. s end", ["recipes/mine.lua:2: ", "memory"]),
        (
            "return { api = 1,\n  batch = function() while true do end end }",
            ["policy 'batch': recipes/mine.lua:2: the call "]
        ),
        (
            "return { api = 1,\n  batch = function() local s = 'x' while true do s = s .. s end end }",
            ["policy 'batch': recipes/mine.lua:2: ", "memory"]
        ),
        (
            "return { api = 1,\n  batch = function() return { { name = 'a..b', features = {} } } end }",
            [
                "policy 'batch': recipes/mine.lua:2: the answer cannot be run:",
                "batch 'a..b' cannot be the name of a branch",
            ]
        ),
        (
            """
            return { api = 1,
              expand = function(ctx)
                local one, other = ctx.features[1].id, ctx.features[2].id
                return { change = { { id = one, depends_on = { other } }, { id = other, depends_on = { one } } } }
              end }
            """,
            [
                "policy 'expand': recipes/mine.lua:2: the answer cannot be run:",
                "depends_on goes in a circle: 'a.a', 'b.b' can",
            ]
        ),
    ])
    func aRecipeThatCannotBeUsedIsRefusedWithItsPlace(recipe: String, says: [String]) async throws {
        let site = try await BadInputSite()
        try await site.trust(recipe: recipe)
        for more in [[], ["--dry-run"]] {
            try await site.expectRefusal(["run", "mine", "--plan", "plan.yaml"] + more, code: 65, says: says)
        }
    }

    @Test func aFolderThatIsNoRepositoryIsNamed() async throws {
        let folder = try TemporaryDirectory("plain")
        let site = try await BadInputSite()
        for command in [["run", "--plan", "plan.yaml"], ["status"], ["resume"], ["report"]] {
            try await site.expectRefusal(
                command + ["--repo", folder.path], code: 65,
                says: ["not a git repository: \(folder.path) (nor any folder above it). Run `git init` there"])
        }
    }

    @Test func aRepositoryWithoutCommitsIsTold() async throws {
        let site = try await BadInputSite(files: [:])
        try site.repository.write(BadInputSite.plan, to: "plan.yaml")
        try await site.expectRefusal(
            ["run", "--plan", "plan.yaml"], code: 65, says: ["has no commit yet; make a first commit, then run again."])
    }

    @Test func withoutBubblewrapThePackageAndTheWayOutAreNamed() async throws {
        let site = try await BadInputSite()
        let programs = try TemporaryDirectory("programs")
        try await site.expectRefusal(
            ["run", "--plan", "plan.yaml"], ["PATH": programs.path], code: 69,
            says: [
                "cannot cage commands: 'bwrap' is not installed. Install it: apt-get install bubblewrap",
                "Or pass --sandbox none",
            ])
    }

    @Test func aPortInUseIsNamed() async throws {
        let project = try await BadInputProject(features: 1)
        let server = try await project.server()
        try await project.site.expectRefusal(
            ["demo", "--features", "2", "--batches", "1", "--port", "\(server.port)"], code: 69,
            says: ["port \(server.port) of 127.0.0.1 is in use by another program. Choose another port, or 0"])
        await server.stop(within: .zero)
    }

    @Test func faultsOfAPlanAreOneJSONObject() async throws {
        let site = try await BadInputSite(files: ["bad.yaml": "features:\n  - name: 3\n    file_path: a.lua\n"])
        let output = try await site.moonshift(["plan", "check", "--json", "bad.yaml"])
        let text = """
            {"errors":["bad.yaml:2:11: error: `name` must be a string, but is the integer 3: put it in quotes"],"ok":false,\
            "version":1,"warnings":[]}

            """
        #expect(output == ProcessOutput(exitCode: 65, output: text, standardError: ""))
    }

    @Test func aRepositoryWithoutRunsHasAnEmptyStatus() async throws {
        let site = try await BadInputSite()
        let before = try site.content()
        #expect(
            try await site.moonshift(["status", "--json"])
                == ProcessOutput(exitCode: 0, output: "{\"runs\":[],\"version\":1}\n", standardError: ""))
        #expect(
            try await site.moonshift(["status"])
                == ProcessOutput(exitCode: 0, output: "no run yet\n", standardError: ""))
        #expect(try site.content() == before)
    }

    @Test func oneOfSomethingIsNotManyOfIt() async throws {
        let site = try await BadInputSite(files: ["plan.yaml": "features:\n  - {name: a, file_path: a.lua}\n"])
        let checked = try await site.moonshift(["plan", "check", "plan.yaml"])
        #expect(checked.output == "plan.yaml: 1 feature, 1 id, 0 proposed batches, 0 warnings\n")
        let dry = try await site.moonshift(["run", "--plan", "plan.yaml", "--dry-run", "--model", BadInputSite.model])
        #expect(dry.output.hasPrefix("1 feature in 1 batch\n  batch-1: 1 feature\n"), "\(dry.output)")
    }

    @Test func aClosedPipeEndsQuietly() async throws {
        let features = (0..<4000).map { "  - {name: f\($0), file_path: src/f\($0).lua}\n" }.joined()
        let site = try await BadInputSite(files: ["plan.yaml": "features:\n" + features])
        let script = "\"$0\" plan show plan.yaml | head -n 1; echo ${PIPESTATUS[0]} >&2"
        let output = try await runProcess(
            ["bash", "-c", script, BuiltProduct.path("moonshift")], environment: site.environment(),
            directory: site.path)
        #expect(output == ProcessOutput(exitCode: 0, output: "in no batch:\n", standardError: "0\n"))
    }

    @Test func anEditedPromptIsUsedOnceItIsTrusted() async throws {
        let site = try await BadInputSite(files: ["plan.yaml": BadInputSite.plan, "tests/a_test.lua": "return {}"])
        for file in try packFiles() { try site.repository.write(file.text, to: "plugins/default/\(file.path)") }
        let run = ["run", "--plan", "plan.yaml", "--dry-run", "--quiet"]
        let prompt = "plugins/default/prompts/system.md"
        let old = try site.repository.read(prompt)

        try site.repository.write("Be brief, said the owl.\n" + old, to: prompt)
        try await site.expectRefusal(run, code: 65, says: ["plugins/default", "`moonshift trust "])
        #expect(try await site.moonshift(["trust", "plugins/default"]).exitCode == 0)
        let edited = try await site.moonshift(run)
        #expect(edited.exitCode == 0, "\(edited.standardError)")
        #expect(edited.output.contains("[system] Be brief, said the owl.\n"))

        try site.repository.write("Be\n{{ brief\n", to: prompt)
        #expect(try await site.moonshift(["trust", "plugins/default"]).exitCode == 0)
        try await site.expectRefusal(run, code: 65, says: ["\(prompt):2: {{ is never closed by }}"])

        try site.repository.write(old, to: prompt)
        try site.repository.write("return {\n  x = = 1\n}\n", to: "plugins/default/lib/retrying.lua")
        #expect(try await site.moonshift(["trust", "plugins/default"]).exitCode == 0)
        try await site.expectRefusal(
            run, code: 65, says: ["plugins/default/lib/retrying.lua:2: error: unexpected symbol near '='"])
    }
}
