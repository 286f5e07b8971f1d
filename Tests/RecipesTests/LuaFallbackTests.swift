import Plans
import PolicyContract
import Testing
import Vocabulary

@testable import Recipes

@Suite struct LuaFallbackTests {
    private func command(_ programs: [String: String]) async throws -> ToolchainCommand {
        let request = TestCommandRequest(
            targets: [TestTarget("tests/a.lua", "test_a")], scratch: "/s", nonce: "n", programs: programs)
        return try await builtInHost().testCommand("lua", request)
    }

    @Test func luaIsPreferred() async throws {
        let command = try await command(["lua": "/usr/bin/lua5.4", "moonshift": "/x/moonshift"])
        #expect(command.arguments == ["/usr/bin/lua5.4", "/s/run.lua", "/s/request.lua"])
    }

    @Test func withoutLuaTheHostsOwnInterpreterRunsItsOwnRunner() async throws {
        let command = try await command(["moonshift": "/x/moonshift"])
        #expect(
            command.arguments == [
                "/x/moonshift", "lua", "--ticks", "1000000000000", "--write", "/s", "/s/run.lua", "/s/request.lua",
            ])
        #expect(command.files["run.lua"]?.contains("return { step = step }") == true)
        #expect(command.files["request.lua"]?.contains("report = \"/s/report.txt\"") == true)
        #expect(command.report == "report.txt")
    }
}
