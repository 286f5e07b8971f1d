import PolicyContract

extension PolicyCatalog {
    package static let route = PolicyDeclaration(
        "route", "Worker and model of one attempt", .first, onError: .useNext,
        context: [
            .required("feature", feature),
            .required("stage", .string),
            .required("attempt", .integer(minimum: 1)),
            .required("spent", .money, "On this feature so far"),
            .required("models", .list(.string)),
            .required("workers", .list(.string)),
            Shape.Field("suggested_model", .string, "What the last `retry` asked for"),
            Shape.Field("suggested_worker", .string),
        ],
        answer: .record([
            .required("worker", .string),
            Shape.Field("model", .string),
            Shape.Field("max_cost", .money),
            Shape.Field("timeout", .duration),
            Shape.Field("effort", .string),
            Shape.Field("best_of", .integer(minimum: 1)),
        ]), settings: [.model, .worker, .featureTimeout])

    private static let promptFields: [Shape.Field] = [
        Shape.Field("system", .string),
        .required("user", .string),
        Shape.Field("files", .list(.string), "More files of the repository to show"),
        Shape.Field("max_output_tokens", .integer(minimum: 1)),
    ]

    package static let prompt = PolicyDeclaration(
        "prompt", "The text that a worker starts from", mayWait: true, .fold, onError: .useNext,
        context: [
            .required("feature", feature),
            .required("stage", .string),
            .required("attempt", .integer(minimum: 1)),
            .required("is_fix", .boolean, "Whether an earlier attempt of this stage failed"),
            .required("files", .map(.string), "The feature's files as they are now, by path"),
            .required("repo_paths", .list(.string), "Paths near the feature"),
            .required("test_ids", .list(.string)),
            Shape.Field("last_failure", failure),
            Shape.Field("note", .string, "What `retry` wanted said"),
            Shape.Field("toolchain", .string),
            Shape.Field("prev", .record(promptFields), "What the policies before this one made"),
        ],
        answer: .record(promptFields), settings: [.maxOutputTokens])

    package static let accept = PolicyDeclaration(
        "accept", "Whether a change whose tests pass may land", mayWait: true, .all, onError: .stopRun,
        context: [
            .required("feature", feature),
            .required("diff", .string),
            .required("diff_stat", diffStat),
            .required("tests", .list(testResult)),
            .required("cost", .money),
        ],
        answer: .record([
            .required("ok", .boolean),
            Shape.Field(
                "problems",
                .list(
                    .record([
                        .required("message", .string),
                        Shape.Field("file", .string),
                        Shape.Field("line", .integer(minimum: 1)),
                        Shape.Field("severity", .choice(["error", "warning"])),
                    ]))),
        ]))

    package static let retry = PolicyDeclaration(
        "retry", "What happens after a failed attempt", .first, onError: .useNext,
        context: [
            .required("feature", feature),
            .required("stage", .string),
            .required("attempt", .integer(minimum: 1), "The one that failed"),
            .required("failure", failure),
            .required("spent", .money),
            Shape.Field("budget_left", .money),
            Shape.Field("model", .string),
            Shape.Field("worker", .string),
            Shape.Field("failures", .any, "How often the feature failed so far, by kind, this failure included"),
            Shape.Field(
                "outage",
                .record([
                    .required("tries", .integer(minimum: 1), "How often it was tried in vain, by one feature for all"),
                    .required("seconds", .number(0...Double.greatestFiniteMagnitude)),
                ]), "Set while the model server answers nobody; the work is not at fault then"),
        ],
        answer: .record([
            .required("action", .choice(RetryDecision.Action.allCases.map(\.rawValue))),
            Shape.Field("delay", .duration),
            Shape.Field("model", .string),
            Shape.Field("worker", .string),
            Shape.Field("note", .string, "Said to the next attempt"),
        ]), settings: [.maxAttempts])
}
