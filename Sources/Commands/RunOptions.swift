import ArgumentParser
import CommandRunner
import Vocabulary

/// The options of `run` and `demo` that say how wide, how dear and how long a run may be; unset ones are the recipe's.
struct RunOptions: ParsableArguments {
    @Option(parsing: .unconditional, help: "Batches at work at once (default 3).", transform: OptionText.wholeNumber)
    var maxParallelBatches: Int?

    @Option(
        parsing: .unconditional, help: "Features at work at once in one batch (default 5).",
        transform: OptionText.wholeNumber)
    var maxParallelFeatures: Int?

    @Option(
        parsing: .unconditional, help: "Worktrees, and so test commands, at once (default: the cores).",
        transform: OptionText.wholeNumber)
    var testSlots: Int?

    @Option(
        parsing: .unconditional,
        help: ArgumentHelp("Dollars that the whole run may cost (default 200).", valueName: "dollars"),
        transform: OptionText.dollars)
    var maxCost: Picodollars?

    @Option(
        parsing: .unconditional,
        help: ArgumentHelp("Dollars that one batch may cost (default 25).", valueName: "dollars"),
        transform: OptionText.dollars)
    var maxCostPerBatch: Picodollars?

    @Option(help: "The model, as the server and the price book name it.")
    var model: String?

    @Option(parsing: .unconditional, help: "Sampling temperature; sent only when given.", transform: OptionText.number)
    var temperature: Double?

    @Option(
        parsing: .unconditional, help: "The longest that one attempt may take, such as 90s, 10m or 1h (default 10m).",
        transform: OptionText.duration)
    var featureTimeout: DurationText?

    @Flag(help: "Keep candidates on refs of their own and make no branch.")
    var noAutoCommit = false

    @Flag(help: "Write no pull request text.")
    var noAutoPr = false

    @Option(
        parsing: .unconditional,
        help: "Seed of everything random: a run with the same seed and the same answers decides the same.",
        transform: OptionText.seed)
    var seed: UInt64?

    @Option(
        help: ArgumentHelp("A price file in the per-model JSON form, instead of the built-in book.", valueName: "file"))
    var prices: String?

    @Option(help: "How commands that a model had a hand in are caged: auto, bubblewrap or none.")
    var sandbox: SandboxMode?

    func validate() throws {
        for (name, value) in [
            ("--max-parallel-batches", maxParallelBatches), ("--max-parallel-features", maxParallelFeatures),
            ("--test-slots", testSlots),
        ] {
            if let value, !(1...10_000).contains(value) {
                throw ValidationError("\(name) must be between 1 and 10000, not \(value)")
            }
        }
        if let temperature, !(0...2).contains(temperature) {
            throw ValidationError("--temperature must be between 0 and 2, not \(temperature)")
        }
    }
}

/// The options that say what a command prints while it works.
struct OutputOptions: ParsableArguments {
    @Flag(help: "Print run events as JSON, one object a line; the last line is the summary.")
    var json = false

    @Flag(name: .shortAndLong, help: "Show stages, calls and test runs too.")
    var verbose = false

    @Flag(name: .shortAndLong, help: "Show no progress, only the result.")
    var quiet = false

    @Option(help: ArgumentHelp("Write the summary as JSON to this file too.", valueName: "file"))
    var output: String?

    @Option(help: ArgumentHelp("Write every run event as a JSON line to this file.", valueName: "file"))
    var logFile: String?

    func validate() throws {
        if verbose, quiet { throw ValidationError("--verbose and --quiet exclude each other") }
    }
}

/// A duration as people write it: `90s`, `10m`, `1h`, `250ms`, or a number of seconds.
struct DurationText: ExpressibleByArgument, Equatable {
    let duration: Duration
    let text: String

    init?(argument: String) {
        let units: [(suffix: String, unit: Duration)] = [
            ("ms", .milliseconds(1)), ("s", .seconds(1)), ("m", .seconds(60)), ("h", .seconds(3600)),
        ]
        let unit = units.first { argument.hasSuffix($0.suffix) }
        guard let number = Double(argument.dropLast(unit?.suffix.count ?? 0)), number > 0, number < 1e7 else {
            return nil
        }
        text = unit == nil ? "\(argument)s" : argument
        duration = (unit?.unit ?? .seconds(1)) * number
    }
}

extension Picodollars: ExpressibleByArgument {
    package init?(argument: String) {
        self.init(dollars: argument)
    }
}

extension SandboxMode: ExpressibleByArgument {}
