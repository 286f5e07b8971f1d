import MoonshiftTestSupport
import Packs
import Plans
import PolicyContract
import Testing
import Vocabulary

@testable import Recipes

@Suite struct HotReloadTests {
    /// A repository whose `plugins/default` is a copy of the built-in pack.
    private func withDefaultPack() throws -> RecipeFolder {
        let folder = try RecipeFolder(recipe: "return { api = 1 }")
        for file in BuiltInLibrary.standard.files where file.path.hasPrefix("plugins/default/") {
            try folder.directory.write(file.bytes, to: file.path)
        }
        return folder
    }

    @Test func anEditedPromptIsInTheNextPrompt() async throws {
        let folder = try withDefaultPack()
        let heard = Heard()
        let host = try folder.host(hearing: heard)
        #expect(try await host.prompt(.example()).user.hasPrefix("# Implement `add`"))
        let before = await host.digest()
        try folder.directory.write("Please write {{name}}.", to: "plugins/default/prompts/implement.md")
        #expect(try await host.prompt(.example()).user.hasPrefix("Please write add."))
        let digests = heard.decisions.map(\.digest)
        #expect(digests.first == before && digests.last != before)
        #expect(heard.notices == [RecipeNotice(.info, "recipes/mine.lua or a pack was edited; now in use")])
    }

    @Test func aBrokenEditKeepsTheLastGood() async throws {
        let folder = try RecipeFolder(recipe: "return { api = 1, retry = function() return { action = 'skip' } end }")
        let heard = Heard()
        let host = try folder.host(hearing: heard)
        try folder.directory.write("return { api = 1, retry = }", to: "recipes/mine.lua")
        #expect(try await host.retry(.example(.timeout)).action == .skip)
        #expect(try await host.retry(.example(.timeout)).action == .skip)
        #expect(
            heard.notices == [
                RecipeNotice(
                    .warning,
                    """
                    an edit of recipes/mine.lua or a pack can not be used, the last good one stays:
                    recipes/mine.lua:1: error: unexpected symbol near '}'
                    """)
            ])
        try folder.directory.write(
            "return { api = 1, retry = function() return { action = 'escalate' } end }", to: "recipes/mine.lua")
        #expect(try await host.retry(.example(.timeout)).action == .escalate)
    }

    @Test func settingsOfARunStay() async throws {
        let folder = try RecipeFolder(recipe: "return { api = 1, settings = { max_attempts = 5 } }")
        let heard = Heard()
        let host = try folder.host(hearing: heard)
        try folder.directory.write("return { api = 1, settings = { max_attempts = 1 } }", to: "recipes/mine.lua")
        #expect(try await host.retry(.example(.testsFailed, attempt: 4)).action == .retry)
        #expect(
            heard.notices.first
                == RecipeNotice(.warning, "recipes/mine.lua: changed settings count from the next run or resume on"))
    }

    @Test func anUntrustedEditIsNotUsed() async throws {
        let folder = try RecipeFolder(recipe: "return { api = 1 }")
        let trusted = try folder.loader.load("mine").sources[0].hash
        let loader = RecipeLoader(
            root: folder.directory.path, directory: folder.directory.path, isTrusted: { $0 == trusted })
        let heard = Heard()
        let host = RecipeHost(
            recipe: try loader.load("mine"), loader: loader, reloadInterval: .zero, observers: heard.observers)
        try folder.directory.write("return { api = 1, retry = function() error('ran') end }", to: "recipes/mine.lua")
        #expect(try await host.retry(.example(.budget)).action == .giveUp)
        #expect(heard.notices.first?.message.contains("moonshift trust recipes/mine.lua") == true)
    }
}
