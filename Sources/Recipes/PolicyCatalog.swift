import PolicyContract

/// The one list of policies and of what toolchains are made of.
package enum PolicyCatalog {
    package static let policies: [PolicyDeclaration] = [
        expand, stages, batch, route, prompt, accept, retry, landing, commit, pullRequest, event,
    ]

    /// The functions of a toolchain.
    package static let toolchain: [PolicyDeclaration] = [
        toolchainMatches, toolchainFind, toolchainSkeleton, toolchainStub, toolchainRun, toolchainRead,
        toolchainProtect,
    ]

    /// Names of a recipe's table besides the policies.
    package static let recipeFields: [Shape.Field] = [
        .required("api", .integer(minimum: 1), "The version of these tables that the recipe was written for: 1"),
        Shape.Field("description", .string, "One line for lists of recipes"),
        Shape.Field("use", .any, "Packs, first wins: names, or tables with a name, `options` and `grant`"),
        Shape.Field("settings", .any, "Settings of the run"),
    ]

    /// What a recipe or pack may provide by name.
    package static let provided = ["agents", "executors", "forges", "toolchains"]

    static let feature = Shape.record([
        .required("id", .string, "Unique in the plan"),
        .required("name", .string),
        .required("file_path", .string, "The source file"),
        Shape.Field("test_path", .string),
        Shape.Field("function_name", .string),
        Shape.Field("cli_command", .string),
        Shape.Field("api_endpoint", .string),
        Shape.Field("interface", .string),
        .required("priority", .integer(minimum: .min), "Higher is earlier"),
        Shape.Field("description", .string),
        .required("depends_on", .list(.string), "Ids of features that have to land before"),
        .required("test_ids", .list(.string), "The tests that judge it; empty: all of the file"),
        Shape.Field("test_command", .list(.string)),
        .required("labels", .list(.string)),
        Shape.Field("model", .string),
        Shape.Field("max_cost", .money),
        .required("context", .list(.string), "More files to read"),
        .required("extra", .map(.any), "Fields of the plan that Moonshift does not know"),
    ])

    static let failure = Shape.record([
        .required("kind", .choice(Failure.Kind.allCases.map(\.rawValue))),
        .required("summary", .string, "One line"),
        .required("output_tail", .string, "The end of the output; may be empty"),
        Shape.Field("exit", .integer(minimum: .min)),
    ])

    static let diffStat = Shape.record([
        .required("files", .list(.string)),
        .required("added", .integer(minimum: 0)),
        .required("removed", .integer(minimum: 0)),
    ])

    static let testResult = Shape.record([
        .required("file", .string),
        .required("id", .string),
        .required("outcome", .choice(TestResult.Outcome.allCases.map(\.rawValue))),
        Shape.Field("message", .string),
    ])

    static let testTarget = Shape.record([
        .required("feature", .string),
        .required("file", .string),
        .required("ids", .list(.string)),
    ])
}
