import ArgumentParser
import LuaRuntime

extension Moonshift {
    struct LuaCommand: ContextCommand {
        static let configuration = CommandConfiguration(
            commandName: "lua",
            abstract: "Runs a Lua file in the sandbox of recipes.",
            usage: "moonshift lua [<options>] <file> [<arguments> ...]",
            discussion: """
                The script has `print`, `arg`, and `require` for modules below its own folder and the current one. It \
                cannot reach the network, other programs or the environment, and reads no file elsewhere.

                A script that returns a table with a function `step` has it called again and again until it returns \
                nothing; each step has the limits to itself.
                """,
            version: LuaState.release)

        @Option(help: "The longest that the script, or one step of it, may run, such as 90s or 10m.")
        var time: DurationText?

        @Option(help: "Instructions that the script, or one step of it, may use.")
        var ticks = 1_000_000_000

        @Option(help: ArgumentHelp("Memory that the script may use.", valueName: "MiB"))
        var memory = 256

        @Option(
            name: .customLong("write"),
            help: ArgumentHelp("A folder that the script may write files in; may be given again.", valueName: "dir"))
        var writableFolders: [String] = []

        @Argument(
            parsing: .captureForPassthrough,
            help: ArgumentHelp("The Lua file, then what it finds in `arg`.", valueName: "file"))
        var fileAndArguments: [String] = []

        func validate() throws {
            guard let file = fileAndArguments.first else { throw ValidationError("name the Lua file to run") }
            // The capture takes these too when they come first.
            if file == "--version" { throw CleanExit.message(LuaState.release) }
            if file == "--help" || file == "-h" { throw CleanExit.helpRequest(self) }
            if file.hasPrefix("-") {
                throw ValidationError("there is no option \(file); options stand before the file")
            }
            guard ticks > 0 else { throw ValidationError("--ticks must be above 0, not \(ticks)") }
            guard (1...65_536).contains(memory) else {
                throw ValidationError("--memory must be between 1 and 65536 MiB, not \(memory)")
            }
        }

        func run(in context: CommandContext) async throws {
            let script = LuaScript(
                path: fileAndArguments[0], arguments: Array(fileAndArguments.dropFirst()),
                limits: LuaScript.limits(
                    ticks: ticks, time: time?.duration ?? .seconds(60), memoryBytes: memory << 20),
                writableFolders: writableFolders, context: context)
            do {
                try script.run()
            } catch let error as LuaError {
                context.progress(Self.text(of: error))
                throw ExitStatus.failed.code
            }
        }

        /// The message with its file and line, then the way there, without our own part of it.
        static func text(of error: LuaError) -> String {
            let trace = error.trace.split(separator: "\n").filter { !$0.contains(LuaPrelude.chunkName) }
            return ([error.message] + trace.map { "    \($0)" }).joined(separator: "\n")
        }
    }
}
