import CommandRunner
import Landing
import MoonshiftTestSupport
import Plans
import PolicyContract
import Synchronization
import Telemetry
import Verification
import Vocabulary
import Workspaces

/// A real repository with a real pool of worktrees, whose tests are shell scripts `tests/NAME.sh`.
struct LandingSite {
    let files: TemporaryRepository
    let repository: Repository
    let base: ObjectID
    let bench: TestBench
    let lander: Lander
    let toolchain = ScriptToolchain()
    private let pool: WorktreePool
    static let author = Signature(name: "Tester", email: "tester@localhost", time: 1_700_000_000)
    static let branch = "refs/heads/moonshift/r/b"

    init(_ content: [String: String], slots: Int = 1) async throws {
        files = try await TemporaryRepository(files: content)
        repository = try Repository.open(path: files.path)
        base = try repository.commit(named: "HEAD")
        let commands = CommandRunner(sandbox: .uncaged)
        pool = try WorktreePool(
            repository: repository, root: files.directory.path(of: "slots"), size: slots, commands: commands)
        bench = TestBench(
            repository: repository, pool: pool, commands: commands, toolchains: toolchain, programs: [:],
            metrics: Metrics())
        lander = Lander(repository: repository, bench: bench, author: { Self.author })
    }

    /// A candidate on the base that writes the files; judged by `tests/NAME.sh` unless told otherwise.
    func candidate(
        _ name: String, _ content: [String: String], base: ObjectID? = nil, judgedBy judges: [String]? = nil
    ) throws -> Candidate {
        let base = base ?? self.base
        let changes = content.mapValues { FileChange.write(Array($0.utf8), isExecutable: nil) }
        let tree = try repository.tree(try repository.tree(of: base), applying: changes)
        let message = "\(name)\n"
        let commit = try repository.commit(tree: tree, parents: [base], message: message, author: Self.author)
        return Candidate(
            feature: FeatureID(rawValue: name), attempt: 1, base: base, commit: commit, tree: tree, message: message,
            judgements: (judges ?? [name]).map(Self.judgement))
    }

    static func judgement(_ name: String) -> Judgement {
        Judgement(
            toolchain: "script",
            target: TestTarget(feature: FeatureID(rawValue: name), file: "tests/\(name).sh", ids: ["runs"]))
    }

    func request(
        _ candidates: [Candidate], tip: ObjectID? = nil, landed: [String] = [], isTipProven: Bool = false,
        fullSuite: [String]? = nil, slots: Int = 1, keepsAllLines: @escaping @Sendable (String) -> Bool = { _ in false }
    ) throws -> LandingRequest {
        LandingRequest(
            branch: Self.branch, tip: tip ?? base, branchExists: try repository.reference(Self.branch) != nil,
            isTipProven: isTipProven, candidates: candidates, landed: landed.map(Self.judgement), fullSuite: fullSuite,
            keepsAllLines: keepsAllLines, testSlots: slots)
    }

    func text(_ path: String, in commit: ObjectID) throws -> String? {
        try repository.read(path, in: repository.tree(of: commit)).map { String(decoding: $0, as: UTF8.self) }
    }

    /// The values that the branch had, the oldest first.
    func branchValues() throws -> [ObjectID] {
        try repository.log(of: Self.branch).map(\.new)
    }

    func shutdown() async {
        await pool.shutdown()
    }
}

/// Runs each `tests/NAME.sh` in a shell of its own from one command, and remembers how many tests each command had.
final class ScriptToolchain: ToolchainHost {
    private let counts = Mutex<[Int]>([])

    /// The number of tests of each command so far.
    var commandSizes: [Int] {
        counts.withLock(\.self)
    }

    func testCommand(_ name: ToolchainName, _ request: TestCommandRequest) -> ToolchainCommand {
        counts.withLock { $0.append(request.targets.count) }
        let script = """
            nonce=$1; shift
            for test; do if (. "./$test") >&2; then echo "$nonce ok $test"; else echo "$nonce no $test"; fi; done
            """
        return ToolchainCommand(
            arguments: ["/bin/sh", "-c", script, "sh", request.nonce] + request.targets.map(\.file))
    }

    func readResults(_ name: ToolchainName, _ output: TestCommandOutput) -> [TestResult] {
        output.targets.map { target in
            let passed = output.output.contains("\(output.nonce) ok \(target.file)\n")
            return TestResult(file: target.file, id: "runs", outcome: passed ? .passed : .failed)
        }
    }

    func toolchain(for feature: Feature) -> ToolchainName? { "script" }
    func findTests(_ name: ToolchainName, feature: Feature, testSource: String) -> [String] { ["runs"] }
    func skeleton(_ name: ToolchainName, feature: Feature) -> FileText? { nil }
    func stub(_ name: ToolchainName, feature: Feature, source: String?) -> FileText? { nil }
    func protectedGlobs(_ name: ToolchainName, feature: Feature) -> [String] { [] }
}
