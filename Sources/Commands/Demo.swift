import ArgumentParser
import CommandRunner
import Engine
import Foundation
import Logging
import Metering
import ModelAPI
import Plans
import SimulatedModel
import Vocabulary
import Workspaces

extension Moonshift {
    struct Demo: ContextCommand {
        static let configuration = CommandConfiguration(
            abstract: "The whole real thing on a generated repository; only the model is simulated.",
            discussion: """
                Makes a git repository with a plan and tests in Lua, starts a model server on this machine, and runs the recipe
                against it over HTTP: git, Lua, cage, tests, money and commits are real. Needs no key and no network.
                """)

        @Argument(help: "A recipe, by name or path (default tdd).")
        var recipe: String?

        @Option(
            parsing: .unconditional, help: "Features of the generated plan (default 440).",
            transform: OptionText.wholeNumber)
        var features: Int?

        @Option(
            parsing: .unconditional,
            help: "Batches that the generated plan proposes (default one for each 49 features).",
            transform: OptionText.wholeNumber)
        var batches: Int?

        @Option(
            help: ArgumentHelp(
                "A plan of yours: the demo's features share files and batches as its do. Nothing else of it is used.",
                valueName: "plan"))
        var like: String?

        @Option(
            parsing: .unconditional,
            help: ArgumentHelp("Milliseconds that every answer of the model takes.", valueName: "ms"),
            transform: OptionText.wholeNumber)
        var latency = 0

        @Option(help: "What goes wrong: none, usual or hostile.")
        var faults = FaultName.usual

        @Option(
            help: ArgumentHelp("Keep the repository in this folder, which must be empty or missing.", valueName: "dir"))
        var keep: String?

        @Option(
            parsing: .unconditional,
            help: ArgumentHelp("A port for the model server (default any free one).", valueName: "port"),
            transform: OptionText.wholeNumber)
        var port = 0

        @OptionGroup(title: "Limits") var options: RunOptions
        @OptionGroup(title: "Output") var output: OutputOptions

        func validate() throws {
            guard like == nil || (features == nil && batches == nil) else {
                throw ValidationError(
                    "--like takes features and batches from the plan; leave --features and --batches out")
            }
            let features = features ?? Self.features
            guard (1...100_000).contains(features) else { throw ValidationError("--features must be 1 to 100000") }
            guard batches.map((1...features).contains) ?? true else {
                throw ValidationError("--batches must be 1 to \(features)")
            }
            guard (0...600_000).contains(latency) else { throw ValidationError("--latency must be 0 to 600000") }
            guard (0...65_535).contains(port) else { throw ValidationError("--port must be 0 to 65535") }
        }

        func run(in context: CommandContext) async throws {
            try output.checkFiles(in: context)
            let seed = options.seed ?? 1
            let demo = try repository(seed: seed, in: context)
            let files = demo.generate()
            let folder = try DemoFolder(keep: keep.map(context.absolute))
            defer { folder.removeUnlessKept() }
            try await folder.fill(with: files)
            let model = options.model ?? "gpt-4.1"
            let key = UUID().uuidString
            let server = try await SimulatedModelServer.start(
                solutions: files.solutions,
                .init(
                    port: port, models: [model], seed: seed, faults: faults.profile,
                    latency: .milliseconds(latency), key: key),
                logger: Logger(label: "moonshift.simulated-model") { _ in SwiftLogNoOpLogHandler() })
            let result: Result<RunEnd, any Error>
            do {
                result = .success(
                    try await run(on: folder.path, of: demo, server: server, model: model, key: key, in: context))
            } catch {
                result = .failure(error)
            }
            let bill = server.statistics
            await server.stop()
            try finish(
                try result.get(), bill: bill, neverSolved: server.neverSolved, folder: folder, model: model, in: context
            )
        }
    }
}

extension Moonshift.Demo {
    /// What a demo has unless it is told otherwise.
    private static let features = 440

    /// One for each 49 features.
    private var standardBatches: Int {
        ((features ?? Self.features) + 48) / 49
    }

    /// Features at work at once that keep two cores busy against an answer that comes at once.
    private static let width = 12

    /// What is generated: the shape of the plan of `--like`, or the demo's own.
    private func repository(seed: UInt64, in context: CommandContext) throws -> DemoRepository {
        guard let like else {
            return DemoRepository(
                language: .lua, features: features ?? Self.features, batches: batches ?? standardBatches, seed: seed)
        }
        let plan = try PlanReader.read(path: context.absolute(like))
        var batches: [FeatureID: Int] = [:]
        for (number, batch) in plan.proposedBatches.enumerated() {
            for feature in batch.features { batches[feature] = number }
        }
        let places = plan.features.map { DemoShape.Place(file: $0.filePath, batch: batches[$0.id] ?? 0) }
        return DemoRepository(language: .lua, like: DemoShape(places: places), seed: seed)
    }

    private func run(
        on repository: String, of demo: DemoRepository, server: SimulatedModelServer, model: String, key: String,
        in context: CommandContext
    ) async throws -> RunEnd {
        var context = context
        context.progress = { [progress = context.progress] in progress(DemoPlaces.withoutResume($0)) }
        var options = options
        options.model = model
        options.maxParallelBatches = options.maxParallelBatches ?? demo.batches
        options.maxParallelFeatures = options.maxParallelFeatures ?? Self.width
        if !output.json, !output.quiet {
            context.progress(
                """
                demo: \(demo.features.counted("feature")) in \(repository), a simulated model at \(server.baseURL) \
                (faults: \(faults.rawValue), seed \(options.seed ?? 1)); all else is real
                """)
        }
        let prices = try options.prices.map { try PriceBook.load(path: context.absolute($0)) } ?? .standard
        let endpoint = ModelEndpoint(baseURL: server.baseURL, apiKey: Secret(key))
        let preparation = try RunPreparation(
            .init(
                repo: repository, base: "HEAD", recipe: recipe, plan: "\(repository)/\(DemoRepository.planPath)",
                options: options, model: ModelSetup(endpoint: endpoint, prices: prices),
                recipeHome: RecipeHome(around: context.directory)),
            context: context)
        return try await RunStart(preparation: preparation, output: output).run(in: context)
    }

    /// Ends with 0 when exactly those features landed that the model ever solves.
    private func finish(
        _ result: RunEnd, bill: SimulatedStatistics, neverSolved: [FeatureID],
        folder: DemoFolder, model: String, in context: CommandContext
    ) throws {
        var result = result
        result.summary = DemoPlaces(isKept: folder.isKept).summary(result.summary)
        let summary = result.summary
        let rates = PriceBook.standard.price(of: model)?.standard.base
        let billed = rates.map { bill.total.price(inputToken: $0.input, outputToken: $0.output) }
        let solvable = summary.featuresTotal - neverSolved.count
        let isAsExpected =
            summary.featuresOpen == 0 && summary.featuresLanded + summary.featuresAlreadyDone == solvable
        let exit = result.signal.map { 128 + $0 } ?? (isAsExpected ? 0 : summary.exitCode)
        let extra: [String: Value] = [
            "simulated": true, "exit": .integer(Int64(exit)), "never_solved": Value(neverSolved.map(\.rawValue)),
            "server_calls": Value(bill.total.calls), "server_billed_usd": Value(billed?.decimalString),
            "repository": Value(folder.isKept ? folder.path : nil),
        ]
        try output.show(result, extra: extra, context: context)
        if !output.json {
            context.output(
                """
                the model is simulated and never solves \(neverSolved.count) of these features, whatever it is told; all else was real: \
                git, HTTP, Lua, \(bill.total.calls.counted("model call")), tests, commits

                """)
            if let billed { context.output("the server's own bill: \(billed); the ledger says \(summary.spent)\n") }
            context.output(
                folder.isKept
                    ? "look: git -C \(folder.path) log --oneline --all; moonshift report --repo \(folder.path)\n"
                    : "the repository and its branches are gone; keep them with --keep DIR\n")
        }
        throw ExitCode(exit)
    }
}

/// A profile of faults, by its name on the command line.
enum FaultName: String, CaseIterable, ExpressibleByArgument {
    case none, usual, hostile

    var profile: FaultProfile {
        switch self {
        case .none: .none
        case .usual: .usual
        case .hostile: .hostile
        }
    }
}

/// Where the demo's repository lives: a folder of the user's, or one that goes away.
struct DemoFolder {
    let path: String
    let isKept: Bool

    /// - Throws: ``CommandFailure`` for a folder to keep that has something in it.
    init(keep: String?) throws {
        isKept = keep != nil
        // Deleting thousands of small files is slow on many disks and free in memory.
        let root = FileManager.default.isWritableFile(atPath: "/dev/shm") ? "/dev/shm" : NSTemporaryDirectory()
        path = keep ?? "\(root)/moonshift-demo-\(UUID().uuidString.prefix(8).lowercased())"
        let content = (try? FileManager.default.contentsOfDirectory(atPath: path)) ?? []
        guard content.isEmpty else {
            throw CommandFailure(.usage, "--keep \(path): the folder is not empty; name a new one")
        }
        do {
            try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
        } catch {
            throw CommandFailure(.usage, "cannot make \(path): \(error.reason)")
        }
    }

    /// Writes the files and commits them.
    func fill(with files: DemoFiles) async throws {
        try files.write(to: path)
        for arguments in [
            ["init", "--quiet", "--initial-branch=main"], ["add", "--all"],
            ["commit", "--quiet", "--no-verify", "-m", "A project with work to do"],
        ] {
            try await git(arguments)
        }
    }

    func removeUnlessKept() {
        if !isKept { try? FileManager.default.removeItem(atPath: path) }
    }

    private func git(_ arguments: [String]) async throws {
        let identity = [
            "-c", "user.name=Moonshift Demo", "-c", "user.email=demo@localhost", "-c", "commit.gpgsign=false",
        ]
        let result = try await CommandRunner(sandbox: .uncaged).run(
            Command(
                arguments: ["git"] + identity + arguments, directory: path,
                environment: [
                    "PATH": "/usr/local/bin:/usr/bin:/bin", "GIT_CONFIG_GLOBAL": "/dev/null",
                    "GIT_CONFIG_NOSYSTEM": "1",
                    "GIT_AUTHOR_DATE": "2026-01-01T00:00:00Z", "GIT_COMMITTER_DATE": "2026-01-01T00:00:00Z",
                ],
                timeout: .seconds(120), outputLimitInBytes: 1 << 16, isCaged: false))
        guard result.isSuccess else {
            throw CommandFailure(.unavailable, "git \(arguments.first ?? "") failed: \(result.text)")
        }
    }
}
