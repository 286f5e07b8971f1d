import MoonshiftTestSupport
import Packs
import Plans
import PolicyContract
import Testing
import Vocabulary

@testable import Recipes

@Suite struct RecipeLoaderTests {
    @Test func theStandardRecipeNeedsNoFiles() throws {
        let loader = RecipeLoader(root: nil, directory: "/", isTrusted: { _ in false })
        let recipe = try loader.load()
        #expect(recipe.name == "tdd")
        #expect(recipe.location.isEmbedded)
        #expect(recipe.sources.map(\.title) == ["recipe tdd", "pack default"])
        #expect(recipe.origins["retry"] == ["pack default"])
        #expect(recipe.settings[.maxCost] == .init(value: 200, origin: .recipe("tdd")))
        #expect(try loader.load("recipes/tdd.lua").digest == recipe.digest)
    }

    @Test func filesOnDiskWin() throws {
        let folder = try RecipeFolder()
        try folder.directory.write("return { api = 1, settings = { max_cost = 1 } }", to: "recipes/tdd.lua")
        let recipe = try folder.loader.load()
        #expect(!recipe.location.isEmbedded)
        #expect(recipe.settings.maxCost == .dollar)
        #expect(try folder.loader.load("recipes/tdd.lua").location.displayName == "recipes/tdd.lua")
    }

    @Test func aRecipeMayBeAFolderWithModulesAndPrompts() async throws {
        let folder = try RecipeFolder()
        try folder.directory.write(
            """
            local words = require "lib.words"
            return { api = 1, prompt = function(ctx)
              return { user = host.template { file = "prompts/p.md", values = { word = words.hello } } }
            end }
            """, to: "recipes/big/recipe.lua")
        try folder.directory.write("return { hello = 'hello' }", to: "recipes/big/lib/words.lua")
        try folder.directory.write("say {{word}}", to: "recipes/big/prompts/p.md")
        #expect(folder.loader.names == ["big", "tdd"])
        for name in ["big", "recipes/big", "recipes/big/recipe.lua"] {
            #expect(try await folder.host(name).prompt(.example()).user == "say hello")
        }
    }

    @Test func aMissingRecipeNamesThoseThatExist() throws {
        let folder = try RecipeFolder(recipe: "return { api = 1 }")
        let error = #expect(throws: RecipeError.self) { try folder.loader.load("tdx") }
        #expect(
            error?.description
                == "no recipe 'tdx': the recipes are mine, tdd. A path such as recipes/mine.lua works too")
    }

    @Test func packsAreAskedInTheOrderOfUse() async throws {
        let folder = try RecipeFolder(
            recipe: """
                return {
                  api = 1,
                  use = { "first", { "acme/second", options = { max_lines = 7 } } },
                  settings = { max_turns = 3 },
                }
                """)
        for (name, body, extra) in [
            ("first", "landing = function() return nil end, settings = { max_turns = 1, max_attempts = 9 }", ""),
            (
                "acme/second",
                "landing = function(ctx) return { fold_size = ctx.options.max_lines + ctx.options.more } end",
                "options:\n  max_lines: { type: integer, default: 1 }\n  more: { type: integer, default: 10 }\n"
            ),
        ] {
            try folder.directory.write(
                "name: \(name)\nversion: 1.0.0\nmoonshift_api: \">=1.0\"\n\(extra)", to: "plugins/\(name)/pack.yaml")
            try folder.directory.write("return { api = 1, \(body) }", to: "plugins/\(name)/policy.lua")
        }
        let heard = Heard()
        let host = try folder.host(hearing: heard)
        let decision = try await host.landing(
            .init(batch: "b", candidates: [], landedCount: 0, failureEstimate: 0, testSlots: 2))
        #expect(decision.foldSize == 17)
        #expect(heard.decisions.map(\.source) == ["pack first", "pack acme/second"])
        #expect(heard.decisions.map(\.output) == [nil, ["fold_size": 17]])
        let recipe = try folder.loader.load("mine")
        #expect(recipe.settings[.maxTurns]?.origin == .recipe("mine"))
        #expect(recipe.settings[.maxAttempts] == .init(value: 9, origin: .pack("first")))
        #expect(recipe.settings[.sandbox]?.origin == .builtIn)
    }

    @Test func aWrongUseSaysWhere() throws {
        let folder = try RecipeFolder(
            recipe: """
                return {
                  api = 1,
                  use = { { "default", options = { lines = 2 } } },
                }
                """)
        #expect(
            throws: RecipeError.faults([
                Diagnostic(file: "recipes/mine.lua", line: 3, message: "pack 'default' has no option 'lines'")
            ])
        ) { try folder.loader.load("mine") }
        try folder.directory.write("return { api = 1, use = { 'defualt' } }", to: "recipes/mine.lua")
        let error = #expect(throws: RecipeError.self) { try folder.loader.load("mine") }
        #expect(
            error?.description == """
                recipes/mine.lua:1 uses the pack 'defualt', which is not there: the packs are default. \
                Add it with `moonshift pack add`
                """)
    }

    @Test func everyFaultOfATableIsNamedAtOnce() throws {
        let folder = try RecipeFolder(
            recipe: """
                return {
                  api = 2,
                  retyr = function() end,
                  batch = "by file",
                  toolchains = {
                    ruby = { matches = function() end, fnid = function() end },
                  },
                  use = { 7 },
                }
                """)
        let error = #expect(throws: RecipeError.self) { try folder.loader.load("mine") }
        #expect(
            error?.description == """
                recipes/mine.lua:2: error: api = 2 is not known here; this Moonshift speaks api 1
                recipes/mine.lua:3: error: unknown name 'retyr'; did you mean 'retry'?
                recipes/mine.lua:4: error: policy 'batch' has to be a function, got string
                recipes/mine.lua:6: error: toolchain 'ruby': unknown function 'fnid'; did you mean 'find'?
                recipes/mine.lua:6: error: toolchain 'ruby': function 'find' is missing
                recipes/mine.lua:6: error: toolchain 'ruby': function 'run' is missing
                recipes/mine.lua:6: error: toolchain 'ruby': function 'read' is missing
                recipes/mine.lua:8: error: use[1]: expected the name of a pack, or a table that starts with it
                """)
    }

    @Test func aFileThatReturnsNothingSaysSo() throws {
        let folder = try RecipeFolder(recipe: "local recipe = { api = 1 }")
        let error = #expect(throws: RecipeError.self) { try folder.loader.load("mine") }
        #expect(
            error?.description
                == "recipes/mine.lua: error: a recipe has to end with `return { api = 1, … }`, but this file returns nil"
        )
    }

    @Test func wrongSettingsSayWhere() throws {
        let folder = try RecipeFolder(
            recipe: """
                return {
                  api = 1,
                  settings = {
                    max_cots = 3,
                    test_timeout = "soon",
                    sandbox = "off",
                  },
                }
                """)
        let error = #expect(throws: RecipeError.self) { try folder.loader.load("mine") }
        #expect(
            error?.description == """
                recipes/mine.lua:4: error: settings.max_cots: unknown setting; did you mean 'max_cost'?
                recipes/mine.lua:6: error: settings.sandbox: expected one of "auto", "bubblewrap", "none", got "off"
                recipes/mine.lua:5: error: settings.test_timeout: expected a duration such as "30s" or "10m", got the \
                string "soon"
                """)
    }

    @Test func nothingRunsUntrusted() throws {
        let folder = try RecipeFolder(recipe: "error('it ran')")
        let loader = RecipeLoader(
            root: folder.directory.path, directory: folder.directory.path, isTrusted: { _ in false })
        let location = try loader.locate("mine")
        let sources = try loader.sourcesOnDisk(of: location)
        #expect(sources.map(\.subject) == ["recipes/mine.lua"])
        #expect(throws: RecipeError.notTrusted(subject: "recipes/mine.lua", hash: sources[0].hash.rawValue)) {
            try loader.load(at: location)
        }
    }

    @Test func theDigestChangesWithEveryByte() throws {
        let folder = try RecipeFolder(recipe: "return { api = 1 }")
        let before = try folder.loader.load("mine").digest
        try folder.directory.write("return { api = 1 } ", to: "recipes/mine.lua")
        #expect(try folder.loader.load("mine").digest != before)
        try folder.directory.write("return { api = 1 }", to: "recipes/mine.lua")
        #expect(try folder.loader.load("mine").digest == before)
        try folder.directory.write("return {}", to: "recipes/lib/x.lua")
        #expect(try folder.loader.load("mine").digest != before)
    }
}
