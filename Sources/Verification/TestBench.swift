package import CommandRunner
package import PolicyContract
import Synchronization
package import Telemetry
import Vocabulary
package import Workspaces

/// Runs tests on trees, each in a leased slot and under the cage.
package final class TestBench: Sendable {
    /// What one test command may use.
    package struct Limits: Codable, Equatable, Sendable {
        package var timeout: Duration = .seconds(600)
        package var outputInBytes = 1 << 20
        /// What is kept of the output for people and models.
        package var tailInBytes = 6_000

        package init() {}
    }

    private struct Evidence: Hashable {
        var tree: ObjectID
        var judgements: [Judgement]
    }

    /// Programs that toolchains may ask for, by role (`lua`, `python`), as absolute paths.
    package let programs: [String: String]
    package let limits: Limits

    private let repository: Repository
    private let pool: WorktreePool
    private let commands: CommandRunner
    private let toolchains: any ToolchainHost
    private let readOnlyPaths: [String]
    private let metrics: Metrics
    private let greenRuns = Mutex<[Evidence: TestRun]>([:])
    private let gatherer = CheckGatherer()

    /// `readOnlyPaths` are folders outside the system's that the programs need, to be seen in the cage.
    package init(
        repository: Repository, pool: WorktreePool, commands: CommandRunner, toolchains: any ToolchainHost,
        programs: [String: String], readOnlyPaths: [String] = [], limits: Limits = Limits(), metrics: Metrics
    ) {
        self.repository = repository
        self.pool = pool
        self.commands = commands
        self.toolchains = toolchains
        self.programs = programs
        self.readOnlyPaths = readOnlyPaths
        self.limits = limits
        self.metrics = metrics
    }

    /// Runs the tests on `base` with `changes` applied.
    ///
    /// A green run of the same tree and the same tests is remembered and not repeated, unless `isFresh` asks for a new one.
    /// - Throws: ``PolicyError`` from a toolchain, a repository or command error of our own side. A red run is a value.
    package func run(
        _ judgements: [Judgement], base: ObjectID, changes: [String: FileChange] = [:], isFresh: Bool = false
    ) async throws -> TestRun {
        let tree = try repository.tree(base, applying: changes)
        let evidence = Evidence(tree: tree, judgements: judgements)
        if !isFresh, let known = greenRuns.withLock({ $0[evidence] }) { return known }
        let run = try await pool.withWorktree(tree, near: base) { worktree in
            try await self.run(judgements, tree: tree, in: worktree)
        }
        if run.isGreen { greenRuns.withLock { $0[evidence] = run } }
        return run
    }

    /// Runs a feature's tests on a tree as it is, to show that they are red before the feature exists.
    ///
    /// Checks of one tree that wait for a slot at the same time share one command, if the toolchain keeps test files apart.
    /// Only a failure is taken from such a command: what looks green, did not run, or ran out of time there is run alone.
    /// - Throws: As ``run(_:base:changes:)`` does.
    package func check(_ judgements: [Judgement], on tree: ObjectID) async throws -> TestRun {
        guard judgements.count == 1, let judgement = judgements.first else {
            return try await run(judgements, base: tree)
        }
        let kind = CheckGatherer.Kind(
            tree: tree, toolchain: judgement.toolchain, testCommand: judgement.testCommand)
        switch gatherer.take(judgement, as: kind) {
        case .lead(let gathering):
            defer { gatherer.end(gathering, kind) }
            let own = try await pool.withWorktree(tree) { worktree in
                try await self.lead(gathering, tree: tree, in: worktree)
            }
            if let own { return own }
        case .join(let answer):
            if let run = try await answer.wait() { return run }
        }
        return try await run(judgements, base: tree)
    }

    /// - Returns: The leader's own run; nil when it has to be run alone.
    private func lead(
        _ gathering: CheckGatherer.Gathering, tree: ObjectID, in worktree: Worktree
    ) async throws -> TestRun? {
        let judgements = gathering.close()
        guard judgements.count > 1, let group = Self.groups(of: judgements).first else {
            return try await run(judgements, tree: tree, in: worktree)
        }
        let prepared = try await prepare(group, in: worktree)
        guard prepared.command.isolatesFiles else { return nil }
        let shares = try await run(prepared, tree: tree, in: worktree).shares(of: judgements)
        gathering.answer(Array(shares.dropFirst()))
        return shares.first ?? nil
    }

    /// Runs a plain command, such as a recipe's full suite, on a tree; green when it exits with 0.
    package func run(command: [String], tree: ObjectID) async throws -> TestRun {
        try await pool.withWorktree(tree) { worktree in
            let result = try await self.execute(ToolchainCommand(arguments: command), in: worktree)
            let outcome: TestResult.Outcome = result.termination == .exited(0) ? .passed : .failed
            return TestRun(
                tree: tree, results: [TestResult(file: "", id: command.joined(separator: " "), outcome: outcome)],
                outputTail: self.tail(of: result), exitCode: result.exitCode,
                isTimedOut: result.termination == .timedOut, seconds: result.duration.seconds)
        }
    }

    private func run(_ judgements: [Judgement], tree: ObjectID, in worktree: Worktree) async throws -> TestRun {
        var runs: [TestRun] = []
        for group in Self.groups(of: judgements) {
            let prepared = try await prepare(group, in: worktree)
            runs.append(try await run(prepared, tree: tree, in: worktree))
        }
        return TestRun(
            tree: tree, results: runs.flatMap(\.results), outputTail: runs.map(\.outputTail).joined(separator: "\n"),
            exitCode: runs.first { $0.exitCode != 0 }?.exitCode ?? 0, isTimedOut: runs.contains(where: \.isTimedOut),
            seconds: runs.reduce(0) { $0 + $1.seconds })
    }

    private func prepare(_ group: Group, in worktree: Worktree) async throws -> Prepared {
        let nonce = Self.makeNonce()
        let request = TestCommandRequest(
            targets: group.targets, scratch: worktree.scratch, nonce: nonce, programs: programs,
            testCommand: group.testCommand)
        let command = try await toolchains.testCommand(group.toolchain, request)
        return Prepared(group: group, nonce: nonce, command: command)
    }

    private func run(_ prepared: Prepared, tree: ObjectID, in worktree: Worktree) async throws -> TestRun {
        let result = try await execute(prepared.command, in: worktree)
        let output = TestCommandOutput(
            targets: prepared.group.targets, nonce: prepared.nonce, exitCode: result.exitCode,
            isTimedOut: result.termination == .timedOut, output: String(decoding: result.output, as: UTF8.self),
            report: prepared.command.report.flatMap {
                ScratchFolder(path: worktree.scratch).read($0, limitInBytes: limits.outputInBytes)
            })
        let read = try await toolchains.readResults(prepared.group.toolchain, output)
        return TestRun(
            tree: tree, results: Self.complete(read, for: prepared.group.targets), outputTail: tail(of: result),
            exitCode: result.exitCode, isTimedOut: output.isTimedOut, seconds: result.duration.seconds)
    }

    private func execute(_ command: ToolchainCommand, in worktree: Worktree) async throws -> CommandResult {
        for (name, content) in command.files {
            try ScratchFolder(path: worktree.scratch).write(name, content)
        }
        var environment = [
            "PATH": "/usr/local/bin:/usr/bin:/bin", "HOME": worktree.scratch, "TMPDIR": worktree.scratch,
            "LANG": "C.UTF-8",
        ]
        environment.merge(command.environment) { $1 }
        let result = try await commands.run(
            Command(
                arguments: command.arguments, directory: worktree.path, environment: environment,
                timeout: min(command.timeout ?? limits.timeout, limits.timeout),
                outputLimitInBytes: limits.outputInBytes, writablePaths: [worktree.path, worktree.scratch],
                readOnlyPaths: readOnlyPaths + visibleGitPaths(of: worktree), isCaged: true))
        metrics.add(.tests, wall: result.duration)
        if let cage = commands.sandbox.emptyCage { metrics.add(.cage, wall: cage.wall, cpu: cage.cpu) }
        return result
    }

    /// The `.git` file of the slot only: the repository behind it holds the ledger and addresses that may carry tokens, and what
    /// a test prints is shown to a model. A test that needs git makes a repository of its own.
    private func visibleGitPaths(of worktree: Worktree) -> [String] {
        worktree.gitPaths.filter { $0.hasPrefix(worktree.path + "/") }
    }

    private func tail(of result: CommandResult) -> String {
        let bytes =
            result.output.count > limits.tailInBytes ? result.output.suffix(limits.tailInBytes) : result.output[...]
        return String(decoding: bytes, as: UTF8.self)
    }
}

extension TestBench {
    private struct Group: Hashable {
        var toolchain: ToolchainName
        var testCommand: [String]?
        var targets: [TestTarget]
    }

    private struct Prepared {
        var group: Group
        var nonce: String
        var command: ToolchainCommand
    }

    /// Judgements that one command can run together, in a stable order.
    private static func groups(of judgements: [Judgement]) -> [Group] {
        var groups: [Group] = []
        for judgement in judgements {
            let index = groups.firstIndex {
                $0.toolchain == judgement.toolchain && $0.testCommand == judgement.testCommand
            }
            if let index {
                groups[index].targets.append(judgement.target)
            } else {
                groups.append(
                    Group(
                        toolchain: judgement.toolchain, testCommand: judgement.testCommand,
                        targets: [judgement.target]))
            }
        }
        return groups
    }

    /// One result for each asked id; of several for one id the worst counts.
    private static func complete(_ results: [TestResult], for targets: [TestTarget]) -> [TestResult] {
        let byTest = Dictionary(grouping: results) { "\($0.file)\u{0}\($0.id)" }
        return targets.flatMap { target in
            target.ids.map { id in
                let found = byTest["\(target.file)\u{0}\(id)"] ?? []
                return found.first { $0.outcome != .passed } ?? found.first
                    ?? TestResult(file: target.file, id: id, outcome: .missing, message: "did not run")
            }
        }
    }

    private static func makeNonce() -> String {
        String(UInt64.random(in: .min ... .max), radix: 36) + String(UInt64.random(in: .min ... .max), radix: 36)
    }
}

extension Duration {
    /// The duration in seconds, as a fraction.
    package var seconds: Double {
        Double(components.seconds) + Double(components.attoseconds) / 1e18
    }
}
