import Plans
import PolicyContract
import Vocabulary

extension TestTarget {
    var luaValue: Value {
        .map(["feature": .string(feature.rawValue), "file": .string(file), "ids": Value(ids)])
    }
}

extension TestCommandRequest {
    var luaValue: Value {
        .map([
            "targets": .list(targets.map(\.luaValue)), "scratch": .string(scratch), "nonce": .string(nonce),
            "programs": .map(programs.mapValues(Value.string)),
            "test_command": testCommand.map { Value($0) } ?? .null,
        ])
    }
}

extension ToolchainCommand {
    /// - Parameter value: Fits the answer of ``PolicyCatalog/toolchainRun``.
    init(answer value: Value) {
        self.init(
            arguments: value["argv"]?.strings ?? [],
            environment: (value["env"]?.mapValue ?? [:]).compactMapValues(\.stringValue),
            files: (value["files"]?.mapValue ?? [:]).compactMapValues(\.stringValue),
            timeout: value["timeout"]?.durationValue, report: value["report"]?.stringValue,
            isolatesFiles: value["isolates_files"]?.boolValue ?? false)
    }
}

extension TestCommandOutput {
    var luaValue: Value {
        .map([
            "targets": .list(targets.map(\.luaValue)), "nonce": .string(nonce), "exit": .integer(Int64(exitCode)),
            "timed_out": .bool(isTimedOut), "output": .string(output), "report": Value(report),
        ])
    }
}

extension FileText {
    /// - Parameter value: Fits a table of `path` and `content`.
    init(answer value: Value) {
        self.init(path: value["path"]?.stringValue ?? "", content: value["content"]?.stringValue ?? "")
    }
}
