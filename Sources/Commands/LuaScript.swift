import Foundation
import LuaRuntime
import Vocabulary

/// One Lua file, run in the sandbox of recipes with what a script at a command line needs beside it.
///
/// Beyond the sandbox there are `print`, `arg`, `require`, `load`, `loadfile` and `dofile`, and for runners the functions
/// below `moonshift`. A script that returns a table with a function `step` has it called until it returns nothing; each step
/// has the limits to itself, and one that a limit ended is told to the next as its argument.
struct LuaScript {
    /// As the user wrote it; messages show it.
    var path: String
    var arguments: [String] = []
    /// For the script, and for each step.
    var limits: LuaLimits
    /// Folders that `moonshift.append_file` may write below.
    var writableFolders: [String] = []
    var context: CommandContext

    /// The limits of `moonshift lua`: generous, but a script still ends.
    static func limits(ticks: Int, time: Duration, memoryBytes: Int) -> LuaLimits {
        LuaLimits(
            ticks: ticks, slice: time, awaited: time, memoryBytes: memoryBytes, resultBytes: 64 << 20, load: time)
    }

    /// - Throws: ``LuaError`` when the script fails, ``CommandFailure`` when there is none.
    func run() throws {
        guard FileManager.default.isReadableFile(atPath: context.absolute(path)) else {
            throw CommandFailure(.failed, "cannot open \(path): no such file, or it may not be read")
        }
        let folder = URL(fileURLWithPath: context.absolute(path)).deletingLastPathComponent().path
        let files = LuaFiles(
            directory: context.directory, readable: [folder, context.directory],
            writable: writableFolders.map(context.absolute))
        let state = try LuaState(
            configuration: LuaConfiguration(
                limits: limits, hostFunctions: functions(files), resolveModule: { files.source(named: $0) }))
        let prelude = try state.load(LuaSource(LuaPrelude.text, chunkName: LuaPrelude.chunkName))
        var hasStep = try state.callNow(prelude, path: ["main"], argument: request(folder: folder)).value == true
        var problem = Value.null
        while hasStep {
            do throws(LuaError) {
                hasStep = try state.callNow(prelude, path: ["step"], argument: problem).value == true
                problem = .null
            } catch {
                // The script could not have caught it, but its other steps need not suffer for it.
                guard error.isKill, error.kind != .cancelled, problem == .null else { throw error }
                problem = .string(error.message)
            }
        }
    }

    private func request(folder: String) -> Value {
        let name = URL(fileURLWithPath: path).deletingLastPathComponent().relativePath
        let folders = path.hasPrefix("/") ? [folder, "."] : name == "." ? ["."] : [name, "."]
        return [
            "path": .string(path), "arguments": Value(arguments),
            "search_path": .string(folders.flatMap { ["\($0)/?.lua", "\($0)/?/init.lua"] }.joined(separator: ";")),
        ]
    }

    private func functions(_ files: LuaFiles) -> [HostFunction] {
        let (output, progress) = (context.output, context.progress)
        return [
            Self.function("write") { value in
                output(value.stringValue ?? "")
                return .null
            },
            Self.function("complain") { value in
                progress(value.stringValue ?? "")
                return .null
            },
            Self.function("chunk") { Self.chunk($0, files) },
            Self.function("read_file") { value in
                .string(String(decoding: try files.read(value.stringValue ?? ""), as: UTF8.self))
            },
            Self.function("append_file") { value in
                try files.append(value["text"]?.stringValue ?? "", to: value["path"]?.stringValue ?? "")
                return .null
            },
            Self.function("clock") { _ in .number(Self.processorSeconds) },
            Self.function("time") { _ in .integer(Int64(Date().timeIntervalSince1970)) },
        ]
    }

    private static func function(
        _ name: String, _ body: @escaping @Sendable (Value) throws -> Value
    ) -> HostFunction {
        HostFunction(name: "moonshift.\(name)", kind: .immediate { value, _ in try body(value) })
    }

    /// A module to `require`, or a problem: what loads code in Lua returns its faults.
    private static func chunk(_ value: Value, _ files: LuaFiles) -> Value {
        do throws(LuaFiles.Fault) {
            if let path = value["path"]?.stringValue { return ["module": .string(try files.makeChunk(path: path))] }
            let text = value["text"]?.stringValue ?? ""
            let name = value["name"]?.stringValue
            return ["module": .string(try files.makeChunk(of: Array(text.utf8), named: chunkName(name, of: text)))]
        } catch {
            return ["problem": .string(error.description)]
        }
    }

    /// As Lua shows chunks that are no files: `[string "return 1"]`.
    private static func chunkName(_ name: String?, of text: String) -> String {
        if let name, name.hasPrefix("@") || name.hasPrefix("=") { return String(name.dropFirst()) }
        let shown = name ?? text
        let line = shown.prefix { $0 != "\n" }
        return line.count == shown.count && line.count < 45
            ? "[string \"\(line)\"]" : "[string \"\(line.prefix(42))...\"]"
    }

    private static var processorSeconds: Double {
        // POSIX fixes the unit at a microsecond.
        Double(clock()) / 1_000_000
    }
}
