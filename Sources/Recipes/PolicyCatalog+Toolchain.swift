extension PolicyCatalog {
    private static let file = Shape.record([.required("path", .string), .required("content", .string)])

    static let toolchainMatches = PolicyDeclaration(
        "matches", "Whether the toolchain fits a feature", .first, onError: .useNext,
        context: [.required("feature", feature)], answer: .boolean)

    static let toolchainFind = PolicyDeclaration(
        "find", "The ids of the tests in a file that judge a feature", .first, onError: .useNext,
        context: [.required("feature", feature), .required("source", .string)], answer: .list(.string))

    static let toolchainSkeleton = PolicyDeclaration(
        "skeleton", "A test file to start from", .first, onError: .useNext,
        context: [.required("feature", feature)], answer: file)

    static let toolchainStub = PolicyDeclaration(
        "stub", "A source file to start from", .first, onError: .useNext,
        context: [.required("feature", feature), Shape.Field("source", .string)], answer: file)

    static let toolchainRun = PolicyDeclaration(
        "run", "The command that runs the targets, all in one process", .first, onError: .useNext,
        context: [
            .required("targets", .list(testTarget)),
            .required("scratch", .string, "A folder for the files, absolute"),
            .required("nonce", .string, "Marks what the runner says, so that printed text is not taken for a result"),
            .required("programs", .map(.string), "Paths of programs by name"),
            Shape.Field("test_command", .list(.string)),
        ],
        answer: .record([
            .required("argv", .list(.string)),
            Shape.Field("env", .map(.string)),
            Shape.Field("files", .map(.string), "Written into the scratch folder first"),
            Shape.Field("timeout", .duration),
            Shape.Field("report", .string, "A file in the scratch folder that `read` gets"),
            Shape.Field("isolates_files", .boolean, "Each test file runs as if it were alone"),
        ]))

    static let toolchainRead = PolicyDeclaration(
        "read", "What the command's output says of each test", .first, onError: .useNext,
        context: [
            .required("targets", .list(testTarget)),
            .required("nonce", .string),
            .required("exit", .integer(minimum: .min)),
            .required("timed_out", .boolean),
            .required("output", .string),
            Shape.Field("report", .string),
        ],
        answer: .list(testResult))

    static let toolchainProtect = PolicyDeclaration(
        "protect", "Globs of the files that configure the test runner", .first, onError: .useNext,
        context: [.required("feature", feature)], answer: .list(.string))
}
