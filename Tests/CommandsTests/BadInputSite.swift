import Foundation
import Logging
import MoonshiftTestSupport
import SimulatedModel
import Synchronization
import Testing

/// A repository, and a user who has never used the program there.
struct BadInputSite: Sendable {
    static let model = "gpt-4.1"
    static let plan = """
        features:
          - name: a
            file_path: src/a.lua
            test_path: tests/a_test.lua
          - name: b
            file_path: src/b.lua
            test_path: tests/b_test.lua
            depends_on: [a]

        """

    let repository: TemporaryRepository
    private let home: TemporaryDirectory

    init(files: [String: String] = ["plan.yaml": Self.plan]) async throws {
        repository = try await TemporaryRepository(files: files)
        home = try TemporaryDirectory("home")
    }

    var path: String {
        repository.path
    }

    var gitDirectory: String {
        "\(repository.path)/.git"
    }

    /// What the program gets: nobody listens at the model server's address. A nil takes a variable away.
    func environment(_ changes: [String: String?] = [:]) -> [String: String] {
        var environment = repository.environment
        environment["XDG_CONFIG_HOME"] = home.path
        environment["OPENAI_BASE_URL"] = "http://127.0.0.1:1/v1"
        for (name, value) in changes { environment[name] = value }
        return environment
    }

    func moonshift(_ arguments: [String], _ changes: [String: String?] = [:]) async throws -> ProcessOutput {
        try await runProcess(
            [try BuiltProduct.path("moonshift")] + arguments, environment: environment(changes), directory: path)
    }

    func start(
        _ arguments: [String], on server: SimulatedModelServer, _ changes: [String: String?] = [:]
    ) throws -> ProcessProbe {
        try start(arguments, port: server.port, changes)
    }

    func start(
        _ arguments: [String], port: Int, _ changes: [String: String?] = [:]
    ) throws -> ProcessProbe {
        try ProcessProbe(
            [try BuiltProduct.path("moonshift")] + arguments,
            environment: environment(["OPENAI_BASE_URL": "http://127.0.0.1:\(port)/v1"].merging(changes) { $1 }),
            directory: path)
    }

    /// Writes a recipe, and says that the user trusts it.
    func trust(recipe text: String, named name: String = "mine") async throws {
        try repository.write(text, to: "recipes/\(name).lua")
        let output = try await moonshift(["trust", name])
        try #require(output.exitCode == 0, "\(output.standardError)")
    }

    /// Every file of the repository and of git's folder, by its path.
    func content() throws -> [String: Data] {
        var content: [String: Data] = [:]
        for name in try FileManager.default.subpathsOfDirectory(atPath: path) {
            var isFolder: ObjCBool = false
            let file = "\(path)/\(name)"
            guard FileManager.default.fileExists(atPath: file, isDirectory: &isFolder) else { continue }
            content[name] = isFolder.boolValue ? Data() : try Data(contentsOf: URL(fileURLWithPath: file))
        }
        return content
    }

    /// Expects that the program says these things on standard error and nothing else, ends with the code, and changes no file.
    func expectRefusal(
        _ arguments: [String], _ changes: [String: String?] = [:], code: Int32, says phrases: [String],
        at location: SourceLocation = #_sourceLocation
    ) async throws {
        let before = try content()
        let output = try await moonshift(arguments, changes)
        #expect(output.exitCode == code, "\(output.standardError)", sourceLocation: location)
        #expect(output.output == "", sourceLocation: location)
        for phrase in phrases {
            #expect(output.standardError.contains(phrase), "\(output.standardError)", sourceLocation: location)
        }
        #expect(try content() == before, "the repository was touched", sourceLocation: location)
    }
}

/// A generated project at a site, and the model servers that solve it.
struct BadInputProject: Sendable {
    let site: BadInputSite
    private let files: DemoFiles

    init(features: Int = 4) async throws {
        files = DemoRepository(features: features, batches: 1, seed: 1).generate()
        site = try await BadInputSite(files: files.files)
    }

    /// Starts a server that calls `onCall` in the middle of each call, with its number from 1.
    func server(
        key: String? = nil, onCall: @escaping @Sendable (Int) async throws -> Void = { _ in }
    ) async throws -> SimulatedModelServer {
        try await SimulatedModelServer.start(
            solutions: files.solutions,
            .init(models: [BadInputSite.model], faults: .none, latency: .nanoseconds(1), key: key),
            clock: CallClock(onCall), logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() })
    }
}

/// A clock on which waiting is whatever the test does then.
private final class CallClock: Clock {
    private let count = Mutex(0)
    private let onCall: @Sendable (Int) async throws -> Void

    init(_ onCall: @escaping @Sendable (Int) async throws -> Void) {
        self.onCall = onCall
    }

    var now: ContinuousClock.Instant {
        .now
    }

    var minimumResolution: Duration {
        .nanoseconds(1)
    }

    func sleep(until deadline: ContinuousClock.Instant, tolerance: Duration?) async throws {
        let number = count.withLock { count in
            count += 1
            return count
        }
        try await onCall(number)
    }
}

/// A small file system in memory that a test can fill, mounted over a folder; what was in the folder is in it too.
final class SmallDisk: Sendable {
    struct CannotMount: Error {}

    private let path: String

    /// Whether this machine lets the tests mount something.
    static let isPossible: Bool = {
        guard getuid() == 0, let folder = try? TemporaryDirectory("mount"),
            let disk = try? SmallDisk(folder.path, kilobytes: 64)
        else { return false }
        disk.unmount()
        return true
    }()

    init(_ path: String, kilobytes: Int) throws {
        self.path = path
        let manager = FileManager.default
        let aside = path + ".aside"
        if manager.fileExists(atPath: path) { try manager.moveItem(atPath: path, toPath: aside) }
        try manager.createDirectory(atPath: path, withIntermediateDirectories: true)
        guard Self.run("mount", "-t", "tmpfs", "-o", "size=\(kilobytes)k", "tmpfs", path) == 0 else {
            throw CannotMount()
        }
        guard manager.fileExists(atPath: aside) else { return }
        for name in try manager.contentsOfDirectory(atPath: aside) {
            try manager.copyItem(atPath: "\(aside)/\(name)", toPath: "\(path)/\(name)")
        }
    }

    deinit {
        unmount()
    }

    /// Takes all the space that is left.
    func fill() {
        let file = open("\(path)/filler", O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0o600)
        let block = [UInt8](repeating: 1, count: 4096)
        while write(file, block, block.count) > 0 {}
        close(file)
    }

    func makeSpace() {
        unlink("\(path)/filler")
    }

    /// Lets nobody change anything, or again everybody.
    func setReadOnly(_ isReadOnly: Bool) {
        _ = Self.run("mount", "-o", "remount,\(isReadOnly ? "ro" : "rw")", path)
    }

    func unmount() {
        _ = Self.run("umount", "-l", path)
    }

    private static func run(_ program: String, _ arguments: String...) -> Int32 {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: "/bin/\(program)")
        process.arguments = arguments
        process.standardError = FileHandle.nullDevice
        guard (try? process.run()) != nil else { return -1 }
        process.waitUntilExit()
        return process.terminationStatus
    }
}
