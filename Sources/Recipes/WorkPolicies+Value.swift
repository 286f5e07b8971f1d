import Plans
import PolicyContract
import Vocabulary

extension RouteContext {
    var luaValue: Value {
        .map([
            "feature": feature.luaValue, "stage": .string(stage), "attempt": .integer(Int64(attempt)),
            "spent": Value(dollars: spent), "models": Value(models), "workers": Value(workers),
            "suggested_model": Value(suggestedModel), "suggested_worker": Value(suggestedWorker),
        ])
    }
}

extension Route {
    /// - Parameter value: Fits the answer of ``PolicyCatalog/route``.
    init(answer value: Value) {
        self.init(
            worker: value["worker"]?.stringValue ?? "", model: value["model"]?.stringValue,
            maxCost: value["max_cost"]?.moneyValue, timeout: value["timeout"]?.durationValue,
            effort: value["effort"]?.stringValue, bestOf: value["best_of"]?.integerValue ?? 1)
    }
}

extension PromptContext {
    var luaValue: Value {
        .map([
            "feature": feature.luaValue, "stage": .string(stage), "attempt": .integer(Int64(attempt)),
            "is_fix": .bool(isFix), "files": .map(files.mapValues(Value.string)), "repo_paths": Value(repositoryPaths),
            "test_ids": Value(testIDs), "last_failure": lastFailure?.luaValue ?? .null, "note": Value(note),
            "toolchain": Value(toolchain?.rawValue),
        ])
    }
}

extension Prompt {
    /// - Parameter value: Fits the answer of ``PolicyCatalog/prompt``.
    init(answer value: Value) {
        self.init(
            system: value["system"]?.stringValue, user: value["user"]?.stringValue ?? "",
            files: value["files"]?.strings ?? [], maxOutputTokens: value["max_output_tokens"]?.integerValue)
    }
}

extension AcceptContext {
    var luaValue: Value {
        .map([
            "feature": feature.luaValue, "diff": .string(diff), "diff_stat": diffStat.luaValue,
            "tests": .list(tests.map(\.luaValue)), "cost": Value(dollars: cost),
        ])
    }
}

extension Verdict {
    /// - Parameter value: Fits the answer of ``PolicyCatalog/accept``.
    init(answer value: Value) {
        let problems = (value["problems"]?.listValue ?? []).map { problem in
            Problem(
                message: problem["message"]?.stringValue ?? "", file: problem["file"]?.stringValue,
                line: problem["line"]?.integerValue,
                severity: problem["severity"]?.stringValue.flatMap(Diagnostic.Severity.init(rawValue:)) ?? .error)
        }
        self.init(isAccepted: value["ok"]?.boolValue ?? false, problems: problems)
    }
}

extension RetryContext {
    var luaValue: Value {
        .map([
            "feature": feature.luaValue, "stage": .string(stage), "attempt": .integer(Int64(attempt)),
            "failure": failure.luaValue, "spent": Value(dollars: spent), "budget_left": Value(dollars: budgetLeft),
            "model": Value(model), "worker": Value(worker),
            "failures": .map(Dictionary(failures.map { ($0.key.rawValue, Value($0.value)) }) { $1 }),
            "outage": outage.map { ["tries": Value($0.tries), "seconds": .number($0.duration / .seconds(1))] } ?? .null,
        ])
    }
}

extension RetryDecision {
    /// - Parameter value: Fits the answer of ``PolicyCatalog/retry``.
    init(answer value: Value) {
        self.init(
            action: value["action"]?.stringValue.flatMap(Action.init(rawValue:)) ?? .giveUp,
            delay: value["delay"]?.durationValue, model: value["model"]?.stringValue,
            worker: value["worker"]?.stringValue, note: value["note"]?.stringValue)
    }
}

extension Failure {
    var luaValue: Value {
        .map([
            "kind": .string(kind.rawValue), "summary": .string(summary), "output_tail": .string(outputTail),
            "exit": Value(exitCode),
        ])
    }
}

extension DiffStat {
    var luaValue: Value {
        .map([
            "files": Value(files), "added": .integer(Int64(addedLines)), "removed": .integer(Int64(removedLines)),
        ])
    }
}

extension TestResult {
    var luaValue: Value {
        .map([
            "file": .string(file), "id": .string(id), "outcome": .string(outcome.rawValue),
            "message": .string(message),
        ])
    }

    /// - Parameter value: Fits ``PolicyCatalog/testResult``.
    init(answer value: Value) {
        self.init(
            file: value["file"]?.stringValue ?? "", id: value["id"]?.stringValue ?? "",
            outcome: value["outcome"]?.stringValue.flatMap(Outcome.init(rawValue:)) ?? .missing,
            message: value["message"]?.stringValue ?? "")
    }
}
