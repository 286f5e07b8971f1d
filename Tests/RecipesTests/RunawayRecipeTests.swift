import MoonshiftTestSupport
import Packs
import Plans
import PolicyContract
import Testing
import Vocabulary

@testable import Recipes

@Suite struct RunawayRecipeTests {
    /// The notice that a retry policy with this body leaves; the built-in policy has to decide then.
    private func notice(_ body: String) async throws -> String {
        let folder = try RecipeFolder(recipe: "return { api = 1, retry = function(ctx)\n\(body)\nend }")
        let heard = Heard()
        #expect(try await folder.host(hearing: heard).retry(.example(.budget)).action == .giveUp)
        return try #require(heard.notices.first?.message)
    }

    @Test(.timeLimit(.minutes(1))) func aLoopIsStoppedWhereItStands() async throws {
        let text = try await notice("while true do end")
        #expect(text.hasPrefix("recipe mine, policy 'retry': recipes/mine.lua:2: "), "\(text)")
        #expect(text.contains("limit"), "\(text)")
    }

    @Test(.timeLimit(.minutes(1))) func memoryIsStoppedWhereItGrows() async throws {
        let text = try await notice("local t = {} for i = 1, 1e9 do t[i] = { i } end")
        #expect(text.hasPrefix("recipe mine, policy 'retry': recipes/mine.lua:2: "), "\(text)")
    }

    @Test func anErrorSaysWhereAndByWhichWay() async throws {
        let text = try await notice("local x = ctx.nothing.here")
        #expect(text.contains("recipes/mine.lua:2: attempt to index a nil value (field 'nothing')"), "\(text)")
    }

    @Test func aSyntaxErrorSaysWhere() throws {
        let folder = try RecipeFolder(recipe: "return {\n  api = 1,\n  retry = function(ctx) retrun nil end,\n}")
        let error = #expect(throws: RecipeError.self) { try folder.loader.load("mine") }
        #expect(error?.description == "recipes/mine.lua:3: error: syntax error near 'nil'")
    }

    @Test(.timeLimit(.minutes(1))) func aLoopWhileLoadingIsStopped() throws {
        let folder = try RecipeFolder(recipe: "\nwhile true do end")
        let error = #expect(throws: RecipeError.self) { try folder.loader.load("mine") }
        #expect(error?.description.hasPrefix("recipes/mine.lua:2: error: ") == true, "\(String(describing: error))")
    }

    @Test func aPackMayNotReachOutOfItsFolder() throws {
        let folder = try RecipeFolder(recipe: "require '../secret'\nreturn { api = 1 }")
        try folder.directory.write("return 1", to: "secret.lua")
        #expect(throws: RecipeError.self) { try folder.loader.load("mine") }
    }
}
