import Foundation
import LuaRuntime
import MoonshiftTestSupport
import Synchronization
import Testing

@testable import Commands

@Suite struct LuaScriptTests {
    @Test func printArgAndRequireWorkAsInLua() throws {
        let run = try ScriptRun()
        try run.folder.write("return { twice = function(x) return 2 * x end, name = ... }", to: "lib/math_x.lua")
        try run.folder.write("return 'init of ' .. ...", to: "pack/init.lua")
        #expect(
            try run.output(
                """
                #!/usr/bin/env moonshift lua
                local m = require "lib.math_x"
                print(m.twice(21), nil, m.name, require("pack"), rawequal(require("lib.math_x"), m))
                print(arg[0], arg[1], #arg, ...)
                """, "a", "b") == "42\tnil\tlib.math_x\tinit of pack\ttrue\nmain.lua\ta\t2\ta\tb\n")
    }

    @Test func anErrorNamesFileAndLine() throws {
        let run = try ScriptRun()
        #expect(try run.problem("local x = 1\nerror('no')") == "main.lua:2: no")
        #expect(try run.problem("\n\nlocal x = = 1") == "main.lua:3: unexpected symbol near '='")
        #expect(try run.problem("\nprint(nowhere)") == "main.lua:2: undefined global 'nowhere'")
        #expect(try run.problem("\nx = 1") == "main.lua:2: assignment to global 'x': use 'local x'")
        #expect(try run.problem("io.open('x')").hasPrefix("main.lua:1: undefined global 'io'"))
        try run.folder.write("\nerror('inside')", to: "broken.lua")
        #expect(try run.problem("require 'broken'") == "./broken.lua:2: inside")
    }

    @Test func aScriptEnds() throws {
        let run = try ScriptRun(ticks: 100_000)
        #expect(try run.problem("\nwhile true do end").hasPrefix("main.lua:2: the call used more instructions"))
    }

    @Test func stepsHaveTheLimitsToThemselves() throws {
        let run = try ScriptRun(ticks: 100_000)
        let script = """
            local count = 0
            return { step = function(problem)
              count = count + 1
              if problem then print("told", (problem:match("^main.lua:%d+"))) end
              if count == 2 then while true do end end
              for _ = 1, 10000 do end
              return count < 5
            end }
            """
        #expect(try run.output(script) == "told\tmain.lua:5\n")
    }

    @Test func filesElsewhereAreOutOfReach() throws {
        let run = try ScriptRun()
        let outside = try TemporaryDirectory("outside")
        let secret = try outside.write("return 'secret'", to: "secret.lua")
        try FileManager.default.createSymbolicLink(
            atPath: run.folder.path(of: "link.lua"), withDestinationPath: secret)
        #expect(
            try run.output(
                """
                print((loadfile("\(secret)")))
                print((loadfile("link.lua")), pcall(require, "link") == true)
                print((pcall(moonshift.read_file, "../\(URL(fileURLWithPath: outside.path).lastPathComponent)/secret.lua")))
                print((pcall(moonshift.append_file, { path = "new.txt", text = "x" })))
                """) == "nil\nnil\tfalse\nfalse\nfalse\n")
        #expect(!run.folder.exists("new.txt"))
    }

    @Test func aChunkHasTheEnvironmentThatItIsGiven() throws {
        let run = try ScriptRun()
        #expect(
            try run.output(
                """
                local given = { seen = 1 }
                assert(load("made = seen + 1", "=text", "t", given))()
                print(given.made, load("return = 1", "=text"))
                print(pcall(assert(load("return moonshift.write", "=text", "t", given))))
                print(load("\\27Lua", "=binary", "t"))
                """) == """
                    2\tnil\ttext:1: unexpected symbol near '='
                    false\ttext:1: attempt to index a nil value (global 'moonshift')
                    nil\tbinary: attempt to load a binary chunk (mode is 't')

                    """)
    }

    @Test func codeThatEndsItsWrapperStaysInItsEnvironment() throws {
        let run = try ScriptRun()
        // What is said here stands outside of the function that the text is wrapped in.
        let text = """
            local seen = {}
            local given = { see = function(value) seen[1] = value == nil end }
            assert(load("end, see(moonshift), function()", "=odd", "t", given))
            print(seen[1])
            """
        #expect(try run.output(text) == "true\n")
    }
}

/// The program from outside.
@Suite struct LuaCommandTests {
    @Test func theVersionIsThatOfLua() async throws {
        let output = try await runProcess([BuiltProduct.path("moonshift"), "lua", "--version"])
        #expect(output == ProcessOutput(exitCode: 0, output: "\(LuaState.release)\n", standardError: ""))
    }

    @Test func helpIsShown() async throws {
        let output = try await runProcess([BuiltProduct.path("moonshift"), "lua", "--help"])
        #expect(output.exitCode == 0)
        #expect(output.output.contains("USAGE: moonshift lua [<options>] <file> [<arguments> ...]"))
    }

    @Test func aFailingScriptPrintsItsPlaceAndExitsWithOne() async throws {
        let folder = try TemporaryDirectory("lua")
        try folder.write("print(arg[1])\nerror('no')\n", to: "fails.lua")
        let output = try await runProcess(
            [BuiltProduct.path("moonshift"), "lua", "--time", "10s", "fails.lua", "--version"], directory: folder.path)
        #expect(output.exitCode == 1)
        #expect(output.output == "--version\n")
        #expect(output.standardError.hasPrefix("fails.lua:2: no\n"))
    }

    @Test func aMissingFileIsSaidInOneLine() async throws {
        let output = try await runProcess([BuiltProduct.path("moonshift"), "lua", "nowhere.lua"], directory: "/")
        #expect(output.exitCode == 1)
        #expect(
            output.standardError == "moonshift: cannot open nowhere.lua: no such file, or it may not be read\n")
    }
}

/// A script in a folder of its own.
private struct ScriptRun {
    let folder: TemporaryDirectory
    let limits: LuaLimits

    init(ticks: Int = 10_000_000) throws {
        folder = try TemporaryDirectory("lua")
        limits = LuaScript.limits(ticks: ticks, time: .seconds(30), memoryBytes: 64 << 20)
    }

    func output(_ text: String, _ arguments: String...) throws -> String {
        try folder.write(text, to: "main.lua")
        let written = Mutex("")
        let context = CommandContext(
            output: { text in written.withLock { $0 += text } }, progress: { _ in }, environment: [:],
            directory: folder.path)
        try LuaScript(path: "main.lua", arguments: arguments, limits: limits, context: context).run()
        return written.withLock { $0 }
    }

    /// The message of the error that the script ends with.
    func problem(_ text: String) throws -> String {
        do {
            _ = try output(text)
        } catch let error as LuaError {
            return error.message
        }
        return "no problem"
    }
}
