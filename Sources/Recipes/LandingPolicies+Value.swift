import Plans
import PolicyContract
import Vocabulary

extension LandingContext {
    var luaValue: Value {
        .map([
            "batch": .string(batch.rawValue), "candidates": Value(candidates.map(\.rawValue)),
            "landed_count": .integer(Int64(landedCount)), "failure_estimate": .number(failureEstimate),
            "test_slots": .integer(Int64(testSlots)),
        ])
    }
}

extension LandingDecision {
    /// - Parameter value: Fits the answer of ``PolicyCatalog/landing``.
    init(answer value: Value) {
        self.init(
            order: value["order"].map { $0.strings.map(FeatureID.init(rawValue:)) },
            foldSize: value["fold_size"]?.integerValue,
            fullSuite: value["full_suite"].map(\.strings).flatMap { $0.isEmpty ? nil : $0 },
            unionFiles: value["union_files"]?.strings ?? [])
    }
}

extension CommitContext {
    var luaValue: Value {
        .map([
            "feature": feature.luaValue, "attempt": .integer(Int64(attempt)), "diff_stat": diffStat.luaValue,
            "tests": .list(tests.map(\.luaValue)), "cost": Value(dollars: cost), "worker": .string(worker),
            "model": Value(model),
        ])
    }
}

extension CommitMessage {
    /// - Parameter value: Fits the answer of ``PolicyCatalog/commit``.
    init(answer value: Value) {
        let trailers = (value["trailers"]?.listValue ?? []).map {
            Trailer(name: $0["name"]?.stringValue ?? "", value: $0["value"]?.stringValue ?? "")
        }
        self.init(
            subject: value["subject"]?.stringValue ?? "", body: value["body"]?.stringValue, trailers: trailers)
    }
}

extension PullRequestContext {
    var luaValue: Value {
        .map([
            "run": .string(run.rawValue), "batch": .string(batch.rawValue), "branch": .string(branch),
            "base": .string(base), "cost": Value(dollars: cost), "flaky_tests": Value(flakyTests),
            "integration_problem": Value(integrationProblem),
            "landed": .list(
                landed.map {
                    .map([
                        "feature": $0.feature.luaValue, "commit": .string($0.commit),
                        "attempts": .integer(Int64($0.attempts)), "cost": Value(dollars: $0.cost),
                        "proven_tests": .integer(Int64($0.provenTests)),
                    ])
                }),
            "failed": .list(
                failed.map {
                    .map([
                        "feature": $0.feature.luaValue, "failure": $0.failure.luaValue,
                        "attempts": .integer(Int64($0.attempts)), "cost": Value(dollars: $0.cost),
                    ])
                }),
        ])
    }
}

extension PullRequestText {
    /// - Parameter value: Fits the answer of ``PolicyCatalog/pullRequest``.
    init(answer value: Value) {
        self.init(
            title: value["title"]?.stringValue ?? "", body: value["body"]?.stringValue ?? "",
            labels: value["labels"]?.strings ?? [], reviewers: value["reviewers"]?.strings ?? [],
            isDraft: value["draft"]?.boolValue ?? false)
    }
}
