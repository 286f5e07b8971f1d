import Foundation
import MoonshiftTestSupport
import Testing

@testable import Commands

/// The runner for lua5.4 and the one for `moonshift lua` must judge alike.
@Suite(.heavy) struct LuaRunnerEqualityTests {
    @Test func bothInterpretersGiveTheSameResults() async throws {
        let worktree = try TemporaryDirectory("equal")
        for (path, text) in Self.files { try worktree.write(text, to: path) }
        let plain = try await Self.plainReport(in: worktree)
        let sandboxed = try Self.sandboxedReport(in: worktree)
        #expect(plain.map(\.outcome) == sandboxed.map(\.outcome))
        #expect(plain.count == 17)
        for (left, right) in zip(plain, sandboxed) { #expect(left.message == right.message, "\(left.outcome)") }
    }

    @Test func anEndlessTestEndsAloneInTheSandbox() throws {
        let worktree = try TemporaryDirectory("endless")
        try worktree.write(
            "return { test_a = function() while true do end end, test_b = function() end }", to: "tests/x.lua")
        let report = try Self.sandboxedReport(
            in: worktree, targets: [("tests/x.lua", ["test_a", "test_b"])], ticks: 100_000)
        #expect(report.map(\.outcome) == ["failed tests/x.lua test_a", "passed tests/x.lua test_b"])
        #expect(report.first?.message.hasPrefix("stopped: tests/x.lua:1: the call used more instructions") == true)
    }

    /// One line of a report: what it says of which test, and the first line of its message.
    struct Line: Equatable {
        let outcome: String
        let message: String

        init?(_ text: Substring) {
            let fields = text.split(separator: "\t", omittingEmptySubsequences: false)
            guard fields.count == 5, fields[0].wholeMatch(of: /[0-9a-f]{16}/) != nil else { return nil }
            outcome = fields[1...3].joined(separator: " ")
            // A table's address is as random as it looks, and the sandbox shows none.
            message = String(fields[4].prefix { $0 != "\\" }).replacing(/: 0x[0-9a-f]+$/, with: "")
        }
    }

    private static func plainReport(in worktree: TemporaryDirectory) async throws -> [Line] {
        let scratch = try TemporaryDirectory("scratch")
        try scratch.write(source("scripts/run.lua"), to: "run.lua")
        try scratch.write(source("lib/siphash.lua"), to: "siphash.lua")
        let request = try scratch.write(request(targets, in: scratch), to: "request.lua")
        let output = try await runProcess(
            ["/usr/bin/lua5.4", scratch.path(of: "run.lua"), request], directory: worktree.path)
        #expect(output.exitCode == 0, "\(output.standardError)")
        return try lines(in: scratch)
    }

    private static func sandboxedReport(
        in worktree: TemporaryDirectory, targets: [(file: String, ids: [String])] = targets,
        ticks: Int = 1_000_000_000
    ) throws -> [Line] {
        let scratch = try TemporaryDirectory("scratch")
        try scratch.write(source("scripts/run_sandboxed.lua"), to: "run.lua")
        try scratch.write(source("lib/siphash.lua"), to: "siphash.lua")
        let request = try scratch.write(request(targets, in: scratch), to: "request.lua")
        let context = CommandContext(
            output: { _ in }, progress: { _ in }, environment: [:], directory: worktree.path)
        try LuaScript(
            path: scratch.path(of: "run.lua"), arguments: [request],
            limits: LuaScript.limits(ticks: ticks, time: .seconds(60), memoryBytes: 256 << 20),
            writableFolders: [scratch.path], context: context
        ).run()
        return try lines(in: scratch)
    }

    private static func lines(in scratch: TemporaryDirectory) throws -> [Line] {
        try scratch.read("report.txt").split(separator: "\n").compactMap { Line($0) }
    }

    private static func source(_ name: String) throws -> String {
        let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent()
        return try String(contentsOf: root.appending(path: "plugins/default/\(name)"), encoding: .utf8)
    }

    private static func request(
        _ targets: [(file: String, ids: [String])], in scratch: TemporaryDirectory
    ) -> String {
        let entries = targets.map { target in
            "{ file = '\(target.file)', ids = { \(target.ids.map { "'\($0)'" }.joined(separator: ", ")) } }"
        }
        return """
            return { nonce = 'n0nce', report = '\(scratch.path)/report.txt',
              siphash = '\(scratch.path)/siphash.lua',
              targets = { \(entries.joined(separator: ", ")) } }
            """
    }

    private static let targets: [(file: String, ids: [String])] = [
        (
            "tests/a.lua",
            [
                "test_pass", "test_fail", "test_exit", "test_table", "test_text_table", "test_yield", "test_yield_true",
                "test_missing", "test_nil", "test_module",
            ]
        ),
        ("tests/b.lua", ["test_global", "test_clean"]), ("tests/c.lua", ["test_clean"]),
        ("tests/broken.lua", ["test_x"]), ("tests/load.lua", ["test_y"]), ("tests/raises.lua", ["test_w"]),
        ("tests/gone.lua", ["test_z"]), ("tests/libraries.lua", ["test_libraries"]),
    ]

    private static let files = [
        "src/calc.lua": "return { add = function(a, b) return a + b end, broken = function() return nil + 1 end }",
        "data.txt": "one\ntwo\n",
        "tests/a.lua": """
        local calc = require "calc"
        return {
          test_pass = function() assert(calc.add(1, 2) == 3) end,
          test_fail = function() assert(calc.add(1, 2) == 4, "three is\\tnot four") end,
          test_exit = function() os.exit(0) end,
          test_table = function() error({ code = 7 }) end,
          test_text_table = function() error(setmetatable({}, { __tostring = function() return "text" end })) end,
          test_yield = function() coroutine.yield() end,
          test_yield_true = function() coroutine.yield(true) end,
          test_nil = function() local t = nil; return t.x end,
          test_module = function() calc.broken() end,
        }
        """,
        "tests/b.lua": """
        function test_global() leaked = true; string.leaked = true; package.loaded.calc = 7; assert(_G.leaked) end
        function test_clean() assert(require("calc") == 7) end
        """,
        "tests/c.lua": """
        function test_clean() assert(leaked == nil and string.leaked == nil and require("calc").add) end
        """,
        "tests/broken.lua": "return { test_x = function( end }",
        "tests/load.lua": "require 'nowhere'",
        "tests/raises.lua": "\nerror('while loading')",
        "tests/libraries.lua": """
        function test_libraries()
          assert(io.open("data.txt"):read("a") == "one\\ntwo\\n")
          local seen = {}
          for line in io.lines("data.txt") do seen[#seen + 1] = line end
          assert(table.concat(seen, ",") == "one,two")
          assert(load("return 1 + 1")() == 2 and load("x = 5", "c", "t", {}))
          assert(("%5.2f"):format(math.pi) == " 3.14" and ("a,b"):gsub(",", ";") == "a;b")
          assert(os.time() > 0 and os.clock() >= 0 and type(os.getenv) == "function")
          assert(rawset({}, "a", 1).a == 1 and select("#", table.unpack({ 1, 2 })) == 2)
          local co = coroutine.wrap(function() coroutine.yield(1) end)
          assert(co() == 1 and utf8.len("ä") == 1 and not pcall(error, "x"))
          assert(next({}) == nil and not require "calc".missing)
        end
        """,
    ]
}
