extension PolicyCatalog {
    package static let landing = PolicyDeclaration(
        "landing", "How finished candidates are folded onto the branch", .first, onError: .useNext,
        context: [
            .required("batch", .string),
            .required("candidates", .list(.string)),
            .required("landed_count", .integer(minimum: 0)),
            .required("failure_estimate", .number(0...1), "How likely one more candidate breaks the fold"),
            .required("test_slots", .integer(minimum: 1), "How many tests can run side by side"),
        ],
        answer: .record([
            Shape.Field("order", .list(.string)),
            Shape.Field("fold_size", .integer(minimum: 1)),
            Shape.Field("full_suite", .list(.string)),
            Shape.Field("union_files", .list(.string)),
        ]), settings: [.foldSize, .fullSuite, .unionFiles])

    package static let commit = PolicyDeclaration(
        "commit", "The message of a feature's commit", .first, onError: .useNext,
        context: [
            .required("feature", feature),
            .required("attempt", .integer(minimum: 1)),
            .required("diff_stat", diffStat),
            .required("tests", .list(testResult)),
            .required("cost", .money),
            .required("worker", .string),
            Shape.Field("model", .string),
        ],
        answer: .record([
            .required("subject", .string, "One line of at most 72 characters"),
            Shape.Field("body", .string),
            Shape.Field("trailers", .list(.record([.required("name", .string), .required("value", .string)]))),
        ]))

    package static let pullRequest = PolicyDeclaration(
        "pull_request", "The text of a batch's pull request", mayWait: true, .first, onError: .useNext,
        context: [
            .required("run", .string),
            .required("batch", .string),
            .required("branch", .string),
            .required("base", .string),
            .required(
                "landed",
                .list(
                    .record([
                        .required("feature", feature),
                        .required("commit", .string),
                        .required("attempts", .integer(minimum: 0)),
                        .required("cost", .money),
                        .required("proven_tests", .integer(minimum: 0), "Red before and green after"),
                    ]))),
            .required(
                "failed",
                .list(
                    .record([
                        .required("feature", feature),
                        .required("failure", failure),
                        .required("attempts", .integer(minimum: 0)),
                        .required("cost", .money),
                    ]))),
            .required("cost", .money, "Of the whole batch"),
            .required("flaky_tests", .list(.string), "Failed and then passed on the same tree"),
            Shape.Field("integration_problem", .string, "Why the batch does not fit the run's others"),
        ],
        answer: .record([
            .required("title", .string),
            .required("body", .string),
            Shape.Field("labels", .list(.string)),
            Shape.Field("reviewers", .list(.string)),
            Shape.Field("draft", .boolean),
        ]))

    package static let event = PolicyDeclaration(
        "event", "Hears of everything that happens; cannot delay the run", .told, onError: .useNext,
        context: [.required("event", .any)], answer: nil)
}
