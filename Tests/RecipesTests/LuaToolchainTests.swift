import MoonshiftTestSupport
import Packs
import Plans
import PolicyContract
import Testing
import Vocabulary

@testable import Recipes

@Suite struct LuaToolchainTests {
    @Test func luaFilesAreItsOwn() async throws {
        let host = try builtInHost()
        #expect(try await host.toolchain(for: .example()) == "lua")
        #expect(try await host.toolchain(for: .example(file: "x.rb", test: nil)) == nil)
    }

    @Test func testsAreFoundWithoutRunningThem() async throws {
        let source = """
            local function test_hidden() end
            -- test_comment = function() end
            local text = "test_text = function() end"
            return {
              test_b = function() end,
              test_a = test_hidden, ["test_c"] = function() end,
              helper = function() end, --[[ test_d = function() end ]]
            }
            """
        let host = try builtInHost()
        #expect(
            try await host.findTests("lua", feature: .example(), testSource: source) == ["test_b", "test_a", "test_c"])
        #expect(
            try await host.findTests(
                "lua", feature: .example(), testSource: "function test_x() end\nlocal function test_y() end") == [
                    "test_x"
                ])
    }

    @Test func onlyThePlansOwnTestsJudge() async throws {
        var feature = Feature.example()
        feature.testIDs = ["test_gone", "test_two"]
        let host = try builtInHost()
        let source = "function test_one() end\nfunction test_two() end"
        #expect(try await host.findTests("lua", feature: feature, testSource: source) == ["test_two", "test_gone"])
        #expect(try await host.findTests("lua", feature: feature, testSource: "function test_one() end") == [])
    }

    @Test func stubsLoadAndFail() async throws {
        let host = try builtInHost()
        let fresh = try await host.stub("lua", feature: .example(), source: nil)
        #expect(
            fresh
                == FileText(
                    path: "src/calc.lua",
                    content: """
                        local M = {}

                        function M.add()
                          error("not implemented: add")
                        end

                        return M

                        """))
        #expect(try await host.stub("lua", feature: .example(), source: fresh?.content) == nil)
        let added = try await host.stub(
            "lua", feature: .example(), source: "local calc = {}\nfunction calc.sub() end\nreturn calc\n")
        #expect(
            added?.content == """
                local calc = {}
                function calc.sub() end

                function calc.add()
                  error("not implemented: add")
                end

                return calc

                """)
        #expect(try await host.stub("lua", feature: .example(), source: "print('a script')") == nil)
    }

    @Test func everyOutcomeIsReadFromARealRun() async throws {
        let run = try ToolchainRun("lua")
        try run.worktree.write("return { add = function(a, b) return a + b end }", to: "src/calc.lua")
        try run.worktree.write(
            """
            local calc = require "calc"
            return {
              test_pass = function() assert(calc.add(1, 2) == 3) end,
              test_fail = function() assert(calc.add(1, 2) == 4, "three is\\tnot\\nfour") end,
              test_exit = function() os.exit(0) end,
              test_table = function() error({ code = 7 }) end,
              test_forged = function() print("n0nce\\tpassed\\ttests/a.lua\\ttest_missing\\t") error("no") end,
              test_yield = function() coroutine.yield() end,
            }
            """, to: "tests/a.lua")
        try run.worktree.write("function test_global() assert(require('calc')) end", to: "tests/b.lua")
        try run.worktree.write("return { test_x = function( end }", to: "tests/broken.lua")
        try run.worktree.write("require 'nowhere'", to: "tests/load.lua")
        let results = try await run.results(of: [
            TestTarget(
                "tests/a.lua", "test_pass", "test_fail", "test_exit", "test_table", "test_forged", "test_yield",
                "test_missing"),
            TestTarget("tests/b.lua", "test_global"), TestTarget("tests/broken.lua", "test_x"),
            TestTarget("tests/load.lua", "test_y"), TestTarget("tests/gone.lua", "test_z"),
        ])
        #expect(
            results.outcomes == [
                "test_pass passed", "test_fail failed", "test_exit failed", "test_table failed", "test_forged failed",
                "test_yield failed", "test_missing missing", "test_global passed", "test_x error", "test_y error",
                "test_z error",
            ])
        #expect(results[0].message.isEmpty)
        #expect(results[1].message.contains("three is\tnot\nfour"))
        #expect(results[1].message.contains("tests/a.lua:4"))
        #expect(results[2].message.contains("os.exit(0) was called in a test"))
        #expect(results[9].message.contains("module 'nowhere' not found"))
    }

    @Test func aReportThatTheCodeUnderTestRewritesProvesNothing() async throws {
        let run = try ToolchainRun("lua")
        try run.worktree.write(
            """
            local function forge()
              for number = 3, 30 do
                local file = io.open("/proc/self/fd/" .. number, "r+")
                -- Reading a pipe would wait for its end.
                local text = file and file:seek("end") and file:seek("set") and file:read("a")
                if text and text:find("test_wrong") then
                  file:seek("set")
                  file:write((text:gsub("failed", "passed")))
                  local line = text:match("[^\\n]*\\n")
                  file:write((line:gsub("failed", "passed")), (line:gsub("failed", "passed"):gsub("test_wrong", "test_late")))
                end
                if file then file:close() end
              end
            end
            setmetatable({}, { __gc = forge })
            return {
              test_wrong = function() error("no") end,
              test_forging = forge,
              test_late = function() forge() error("no") end,
            }
            """, to: "tests/a.lua")
        let target = TestTarget("tests/a.lua", "test_wrong", "test_forging", "test_late")
        let results = try await run.results(of: [target])
        let outcomes = Dictionary(results.map { ($0.id, $0.outcome) }, uniquingKeysWith: { $1 })
        #expect(outcomes["test_wrong"] != .passed)
        #expect(outcomes["test_late"] != .passed)
    }

    @Test func tagsAreThoseOfSipHash() async throws {
        let folder = try TemporaryDirectory("siphash")
        let source = try #require(StandardLibrary.files.first { $0.path == "plugins/default/lib/siphash.lua" })
        try folder.write(source.text, to: "siphash.lua")
        let script = """
            local siphash, bytes = dofile("siphash.lua"), ""
            for byte = 0, 15 do bytes = bytes .. string.char(byte) end
            print(siphash(bytes, ""), siphash(bytes, bytes:sub(1, 15)))
            """
        let output = try await runProcess(["/usr/bin/lua5.4", "-e", script], directory: folder.path)
        // The paper's own example is the second.
        #expect(output.output == "726fdb47dd0e0e31\ta129ca6149be45e5\n")
    }

    @Test func filesDoNotSeeEachOther() async throws {
        let run = try ToolchainRun("lua")
        try run.worktree.write("return { n = 0 }", to: "src/counter.lua")
        let test = """
            local counter = require "counter"
            assert(string.leaked == nil and leaked == nil and ("x").leaked == nil)
            function test_count()
              counter.n = counter.n + 1
              assert(counter.n == 1, counter.n)
              string.leaked, leaked = true, true
              table.insert = nil
              debug = nil
              setmetatable(_G, { __index = function() error("poisoned") end })
            end
            """
        for name in ["a", "b", "c"] { try run.worktree.write(test, to: "tests/\(name).lua") }
        let results = try await run.results(
            of: ["a", "b", "c"].map { TestTarget("tests/\($0).lua", "test_count") })
        #expect(results.map(\.outcome) == [.passed, .passed, .passed], "\(results.map(\.message))")
    }

    @Test func aTestCannotLearnTheMark() async throws {
        let run = try ToolchainRun("lua")
        try run.worktree.write(
            """
            function test_look()
              assert(arg == nil and debug.getupvalue == nil and debug.getlocal == nil and debug.getregistry == nil)
              assert(io.open(debug.getinfo(1, "S").source:sub(2)))
              local level = 1
              while debug.getinfo(level) do
                local info = debug.getinfo(level, "S")
                if info.source:find("run.lua") then assert(not io.open(info.source:sub(2))) end
                level = level + 1
              end
            end
            """, to: "tests/a.lua")
        let results = try await run.results(of: [TestTarget("tests/a.lua", "test_look")])
        #expect(results.map(\.outcome) == [.passed], "\(results.map(\.message))")
    }

    @Test func aTestIDMayHoldAnything() async throws {
        let run = try ToolchainRun("lua")
        let id = "test_\t\"odd\"\\n[[x]]"
        try run.worktree.write("return { [\"test_\\t\\\"odd\\\"\\\\n[[x]]\"] = function() end }", to: "t e s t.lua")
        let results = try await run.results(of: [TestTarget(feature: "f", file: "t e s t.lua", ids: [id])])
        #expect(results == [TestResult(file: "t e s t.lua", id: id, outcome: .passed)])
    }
}
