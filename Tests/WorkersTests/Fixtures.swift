import ModelAPI
import Plans
import PolicyContract
import Synchronization
import Vocabulary
import Workers
import Workspaces

/// A workspace whose one tree is a table.
struct TableWorkspace: WorkspaceAccess {
    private let files: [String: (entry: TreeEntry, content: [UInt8])]

    init(_ texts: [String: String], links: [String: String] = [:]) {
        var files: [String: (TreeEntry, [UInt8])] = [:]
        for (path, text) in texts {
            files[path] = (TreeEntry(path: path, mode: .regular, id: .blob(of: Array(text.utf8))), Array(text.utf8))
        }
        for (path, target) in links {
            files[path] = (TreeEntry(path: path, mode: .symlink, id: .blob(of: Array(target.utf8))), Array(target.utf8))
        }
        self.files = files
    }

    func entries(in tree: ObjectID) async throws -> [TreeEntry] {
        files.values.map(\.entry).sorted { $0.path < $1.path }
    }

    func entry(_ path: String, in tree: ObjectID) async throws -> TreeEntry? {
        files[path]?.entry
    }

    func content(of entry: TreeEntry) async throws -> [UInt8] {
        files[entry.path]?.content ?? []
    }

    func matches(
        of search: TextSearch, in tree: ObjectID, hiding hidden: Set<String>
    ) async throws -> [TextSearch.Match] {
        try await entries(in: tree).filter { search.covers($0) && !hidden.contains($0.path) }
            .flatMap { search.matches(in: files[$0.path]?.content ?? [], of: $0.path, limit: search.limit) }
    }
}

/// Tests that pass when the source says so; remembers what it was asked to run.
final class CountingTests: TestRunning {
    private let runs = Mutex<[[String: FileChange]]>([])
    private let isGreen: @Sendable ([String: FileChange]) -> Bool

    init(isGreen: @escaping @Sendable ([String: FileChange]) -> Bool = { _ in true }) {
        self.isGreen = isGreen
    }

    var asked: [[String: FileChange]] {
        runs.withLock { $0 }
    }

    func runTests(_ changes: [String: FileChange]) async throws -> TestRunReport {
        runs.withLock { $0.append(changes) }
        return isGreen(changes)
            ? TestRunReport(isGreen: true, text: "3 of 3 tests passed")
            : TestRunReport(isGreen: false, text: "2 of 3 tests passed\nFAILED test_a")
    }
}

/// One feature in a small repository, and what the model does about it.
struct Bench {
    var files = [
        "src/a.py": "def a():\n    return 0\n\n\ndef b():\n    return 0\n",
        "src/other.py": "import a\n",
        "tests/test_a.py": "def test_a():\n    assert a() == 1\n",
        "recipes/tdd.lua": "return {}\n",
    ]
    var links: [String: String] = [:]
    var changes: [String: FileChange] = [:]
    var limits = WorkerLimits()
    var prompt = Prompt(system: "Be exact.", user: "Make a() return 1.")
    var writablePaths = ["src/a.py"]
    var protectedGlobs = ["tests/**"]
    var tests: (any TestRunning)? = CountingTests()

    var assignment: StageAssignment {
        StageAssignment(
            feature: Feature(id: "a", name: "a", filePath: "src/a.py", testPath: "tests/test_a.py"), stage: "implement",
            attempt: 1, base: .blob(of: []), changes: changes, prompt: prompt, model: "scripted", limits: limits,
            writablePaths: writablePaths, protectedGlobs: protectedGlobs)
    }

    func perform(_ model: ScriptedModel, clock: any Clock<Duration> = ContinuousClock()) async throws -> StageResult {
        let services = StageServices(model: model, workspace: TableWorkspace(files, links: links), tests: tests)
        return try await ChatWorker(clock: clock).perform(assignment, with: services)
    }

    /// Runs one tool call, then finishes, and returns what the model was told.
    func reply(to name: String, _ arguments: Value) async throws -> (text: String, result: StageResult) {
        let model = ScriptedModel(.calls((name, arguments)), .finishes)
        let result = try await perform(model)
        return (model.lastMessage(ofTurn: 2)?.text ?? "", result)
    }
}

extension StageResult {
    /// The written text of a path; nil when it is not written.
    func text(of path: String) -> String? {
        guard case .write(let bytes, _) = changes[path] else { return nil }
        return String(decoding: bytes, as: UTF8.self)
    }
}
