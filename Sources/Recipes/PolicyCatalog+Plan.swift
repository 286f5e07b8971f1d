import PolicyContract

extension PolicyCatalog {
    /// A feature that `expand` adds or changes; what it leaves out of a changed one stays as it was.
    private static let featureDraft = Shape.record([
        Shape.Field("id", .string),
        Shape.Field("name", .string),
        Shape.Field("file_path", .string),
        Shape.Field("test_path", .string),
        Shape.Field("function_name", .string),
        Shape.Field("cli_command", .string),
        Shape.Field("api_endpoint", .string),
        Shape.Field("interface", .string),
        Shape.Field("priority", .integer(minimum: .min)),
        Shape.Field("description", .string),
        Shape.Field("depends_on", .list(.string)),
        Shape.Field("test_ids", .list(.string)),
        Shape.Field("test_command", .list(.string)),
        Shape.Field("labels", .list(.string)),
        Shape.Field("model", .string),
        Shape.Field("max_cost", .money),
        Shape.Field("context", .list(.string)),
        Shape.Field("extra", .map(.any)),
    ])

    package static let expand = PolicyDeclaration(
        "expand", "Adds, changes and drops features before anything else happens", .inOrder, onError: .stopRun,
        context: [.required("features", .list(feature))],
        answer: .record([
            Shape.Field("add", .list(featureDraft), "Each needs id, name and file_path"),
            Shape.Field("change", .list(featureDraft), "Each needs id; other fields replace"),
            Shape.Field("drop", .list(.string), "Ids"),
        ]))

    package static let stages = PolicyDeclaration(
        "stages", "The ordered steps of a feature", .first, onError: .useNext,
        context: [
            .required("feature", feature),
            .required("has_source", .boolean, "Whether the source file, and the function in it, is there"),
            .required("has_tests", .boolean),
            Shape.Field("toolchain", .string),
        ],
        answer: .list(
            .record([
                .required("name", .string, "test, stub, implement, hookup, document, or a name of your own"),
                Shape.Field("worker", .string),
                Shape.Field("gate", .choice(StageGate.allCases.map(\.rawValue)), "What the tests have to be after it"),
            ])))

    package static let batch = PolicyDeclaration(
        "batch", "Groups the features into branches and pull requests", .first, onError: .stopRun,
        context: [
            .required("features", .list(feature)),
            .required(
                "proposed", .list(.record([.required("name", .string), .required("features", .list(.string))])),
                "The plan's own batches"),
            .required("max_features", .integer(minimum: 1)),
            .required("max_parallel_batches", .integer(minimum: 1)),
            Shape.Field("budget_left", .money),
        ],
        answer: .list(
            .record([
                Shape.Field("name", .string, "Last part of the branch's name"),
                .required("features", .list(.string), "Ids; each feature in exactly one batch"),
                Shape.Field("max_parallel", .integer(minimum: 1)),
                Shape.Field("after", .list(.string), "Batches that have to end first; it starts on the last one's tip"),
            ])))
}
