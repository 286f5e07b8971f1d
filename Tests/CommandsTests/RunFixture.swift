import Foundation
import Ledger
import Logging
import MoonshiftTestSupport
import SimulatedModel
import Synchronization
import Testing
import Vocabulary

/// A generated project in a real repository, and what the built program needs to work on it from outside.
struct Project: Sendable {
    static let model = "gpt-4.1"
    private static let key = "sk-simulated"

    let files: DemoFiles
    let repository: TemporaryRepository
    /// The commit that every run starts from.
    let base: String
    private let language: DemoLanguage
    private let seed: UInt64

    init(_ shape: DemoRepository, isBare: Bool = false) async throws {
        var files = shape.generate()
        // Also inside the cage, where no variable of ours arrives, the machine's plugins would cost a second at each start.
        if shape.language == .python, try await Self.pytestKnowsPluginSwitch {
            files.files["pytest.ini"]?.replace("addopts =", with: "addopts = --disable-plugin-autoload")
        }
        self.files = files
        language = shape.language
        seed = shape.seed
        repository = try await TemporaryRepository(isBare: isBare, files: files.files)
        base = try await repository.git("rev-parse", "HEAD")
    }

    private static var pytestKnowsPluginSwitch: Bool {
        get async throws {
            let help = try await runProcess(["python3", "-m", "pytest", "--help"])
            return help.output.contains("--disable-plugin-autoload")
        }
    }

    var gitDirectory: String {
        repository.isBare ? repository.path : "\(repository.path)/.git"
    }

    var history: BranchHistory {
        BranchHistory(
            repository: repository.path, base: base, files: files, language: language,
            environment: repository.environment)
    }

    /// Starts a model server that solves this project's features, for as long as `body` runs; every answer takes `latency`
    /// by the clock.
    func withServer<Output>(
        faults: FaultProfile, latency: Duration = .zero, clock: any Clock<Duration> = ContinuousClock(),
        _ body: (SimulatedModelServer) async throws -> Output
    ) async throws -> Output {
        try await SimulatedModelServer.withServer(
            solutions: files.solutions,
            .init(models: [Self.model], seed: seed, faults: faults, latency: latency, key: Self.key), clock: clock,
            logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }, body)
    }

    /// The program's arguments for one of its commands on this repository.
    func arguments(_ command: String, _ more: [String]) throws -> [String] {
        [try BuiltProduct.path("moonshift"), command, "--repo", repository.path, "--json"] + more
    }

    func environment(_ server: SimulatedModelServer) -> [String: String] {
        repository.environment.merging(["OPENAI_BASE_URL": server.baseURL, "OPENAI_API_KEY": Self.key]) { $1 }
    }

    /// Runs the program to its end; the plan is the one in the working tree unless `more` names another.
    func moonshift(_ command: String, _ more: [String] = [], server: SimulatedModelServer) async throws -> Ending {
        Ending(try await runProcess(try arguments(command, more), environment: environment(server), directory: "/"))
    }

    /// The events of the repository's ledger for a run.
    func events(of run: String) async throws -> [RunEvent] {
        try await Self.events(of: run, gitDirectory: gitDirectory)
    }

    static func events(of run: String, gitDirectory: String) async throws -> [RunEvent] {
        let ledger = try Ledger.open(path: "\(gitDirectory)/moonshift/ledger.sqlite", creates: false)
        let events = try await ledger.events(of: RunID(rawValue: run))
        try await ledger.close()
        return events
    }

    /// The features that the server solves, sorted.
    func solvable(by server: SimulatedModelServer) -> [FeatureID] {
        files.solutions.map(\.feature).filter { !server.neverSolves($0) }.sorted()
    }
}

/// How a command of the program ended that was told to print JSON.
struct Ending: Sendable {
    let process: ProcessOutput
    /// The last line of standard output; null when it is no JSON.
    let summary: Value

    init(_ process: ProcessOutput) {
        self.process = process
        let last = process.output.split(separator: "\n").last ?? ""
        summary = (try? Value(json: Array(last.utf8))) ?? .null
    }

    var run: String {
        summary["run"]?.stringValue ?? ""
    }

    func dollars(_ field: String) -> Picodollars? {
        summary[field]?.stringValue.flatMap { Picodollars(dollars: $0) }
    }

    func count(_ field: String) -> Int? {
        summary[field]?.integerValue
    }
}

extension SimulatedBill {
    /// What the vendor of ``Project/model`` charges: $2 and $8 a million tokens, as its page says.
    var dollars: Picodollars {
        price(inputToken: Picodollars(2_000_000), outputToken: Picodollars(8_000_000))
    }
}

extension SimulatedCall {
    var dollars: Picodollars {
        Picodollars(2_000_000) * promptTokens + Picodollars(8_000_000) * completionTokens
    }
}

/// What a run's branches hold, as git and the languages' own interpreters say; nothing of the product is asked.
struct BranchHistory: Sendable {
    /// A commit of a batch branch, with its trailers.
    struct Landing: Sendable {
        var commit: String
        var feature: FeatureID
        var run: String
        var attempt: Int?
        var cost: Picodollars?
        var paths: Set<String> = []
    }

    let repository: String
    let base: String
    let files: DemoFiles
    let language: DemoLanguage
    let environment: [String: String]

    func git(_ arguments: String...) async throws -> [String] {
        let result = try await runProcess(["git"] + arguments, environment: environment, directory: repository)
        try #require(result.exitCode == 0, "git \(arguments): \(result.standardError)")
        return result.output.split(separator: "\n").map(String.init)
    }

    func branches() async throws -> [String] {
        try await git("for-each-ref", "--format=%(refname:short)", "refs/heads/moonshift/")
    }

    /// Every value that the branch ever had, the newest first.
    func values(of branch: String) async throws -> [String] {
        try await git("reflog", "show", "--format=%H", "refs/heads/\(branch)", "--")
    }

    /// What landed on one value or, without one, on any batch branch; joins of branches are left out.
    func landings(on value: String? = nil) async throws -> [Landing] {
        let trailers = ["Feature", "Run", "Attempt", "Cost"].map {
            "%(trailers:key=Moonshift-\($0),valueonly,separator=%x2C)"
        }
        let lines = try await git(
            "log", "--no-merges", "--name-only", "--format=commit%x09%H%x09" + trailers.joined(separator: "%x09"),
            value ?? "--branches=moonshift", "--not", base)
        var landings: [Landing] = []
        for line in lines {
            let fields = line.split(separator: "\t", omittingEmptySubsequences: false).map(String.init)
            guard fields.count == 6, fields[0] == "commit" else {
                landings[landings.count - 1].paths.insert(line)
                continue
            }
            landings.append(
                Landing(
                    commit: fields[1], feature: FeatureID(rawValue: fields[2]), run: fields[3], attempt: Int(fields[4]),
                    cost: Picodollars(dollars: fields[5])))
        }
        return landings
    }

    /// The text of a file at a commit; nil when it is not there.
    func text(of path: String, at commit: String) async throws -> String? {
        let result = try await runProcess(
            ["git", "cat-file", "blob", "\(commit):\(path)"], environment: environment, directory: repository)
        return result.exitCode == 0 ? result.output : nil
    }

    /// The tests of landed features that do not pass on a checkout of the value; empty when all is well.
    func redTests(on value: String) async throws -> [String] {
        let landed = Set(try await landings(on: value).map(\.feature))
        let solutions = files.solutions.filter { landed.contains($0.feature) }
        try #require(solutions.count == landed.count, "a commit names a feature that is not in the plan")
        let wanted = solutions.flatMap { solution in solution.testIDs.map { "\(solution.testPath)::\($0)" } }
        let folder = try TemporaryDirectory("checkout")
        defer { folder.remove() }
        let archive = folder.path(of: "value.tar")
        _ = try await git("archive", "--output", archive, value)
        try FileManager.default.createDirectory(atPath: folder.path(of: "files"), withIntermediateDirectories: true)
        let unpacked = try await runProcess(["tar", "-xf", archive, "-C", folder.path(of: "files")])
        try #require(unpacked.exitCode == 0)
        let passed = try await passed(wanted, in: folder)
        return wanted.filter { !passed.contains($0) }
    }

    private func passed(_ tests: [String], in folder: TemporaryDirectory) async throws -> Set<String> {
        let arguments: [String]
        switch language {
        case .lua:
            let runner = try folder.write(Self.luaRunner, to: "runner.lua")
            arguments = ["lua5.4", runner] + Set(tests.map { $0.components(separatedBy: "::")[0] }).sorted()
        case .python:
            arguments = ["python3", "-B", "-m", "pytest", "-q", "-rp", "--tb=no", "-p", "no:cacheprovider"] + tests
        }
        let result = try await runProcess(arguments, directory: folder.path(of: "files"))
        let marks = result.output.split(separator: "\n").filter { $0.hasPrefix("PASSED ") }
        return Set(marks.map { String($0.dropFirst(7)) })
    }

    private static let luaRunner = """
        for _, path in ipairs(arg) do
          for id, test in pairs(dofile(path)) do
            print((pcall(test) and "PASSED " or "FAILED ") .. path .. "::" .. id)
          end
        end
        """
}

extension BranchHistory {
    /// Expects that exactly these features landed, one commit each, with its trailers and nothing in it that is not the
    /// feature's own.
    func expectLandings(of features: [FeatureID], run: String) async throws {
        let landings = try await landings()
        #expect(landings.map(\.feature).sorted() == features, "one commit for each feature that can be solved")
        let solutions = Dictionary(uniqueKeysWithValues: files.solutions.map { ($0.feature, $0) })
        for landing in landings {
            #expect(landing.run == run)
            #expect((landing.attempt ?? 0) > 0 && landing.cost != nil, "\(landing)")
            let solution = try #require(solutions[landing.feature])
            #expect(landing.paths.isSubset(of: [solution.sourcePath, solution.testPath]), "\(landing)")
        }
    }

    /// Expects that on every branch's tip, each test file is the base's, or what was to be written when the base has none.
    func expectHonestTests() async throws {
        for branch in try await branches() {
            let landed = Set(try await landings(on: branch).map(\.feature))
            for solution in files.solutions where landed.contains(solution.feature) {
                let expected = files.files[solution.testPath] ?? solution.testText
                #expect(try await text(of: solution.testPath, at: branch) == expected, "\(solution.testPath)")
            }
        }
    }

    /// Expects that the landed features' tests pass on every one of these values.
    func expectGreen(_ values: Set<String>) async throws {
        try await withThrowingTaskGroup(of: (String, [String]).self) { group in
            for (index, value) in values.sorted().enumerated() {
                if index >= 4, let (value, red) = try await group.next() { #expect(red == [], "on \(value)") }
                group.addTask { (value, try await redTests(on: value)) }
            }
            for try await (value, red) in group { #expect(red == [], "on \(value)") }
        }
    }
}

/// A place in the conversation with a model: what a recorded answer is found by.
struct TurnKey: Hashable, Sendable {
    var feature: FeatureID?
    var stage: String?
    var attempt: Int?
    var turn: Int?

    init(_ call: SimulatedCall) {
        (feature, stage, attempt, turn) = (call.feature, call.stage, call.attempt, call.turn)
    }

    init(_ event: RunEvent, turn: Int) {
        (feature, stage, attempt, self.turn) = (event.feature, event.stage, event.attempt, turn)
    }
}

/// The calls of a run as its ledger has them, by their place.
struct CallLedger: Sendable {
    struct Place: Sendable {
        var reserved = 0
        /// What calls were charged by the server's own count.
        var known: [Picodollars] = []
        /// What calls were charged because their real price is not known.
        var unknown: [Picodollars] = []
        var isAnswered = false
        var isAskedAgain = false
    }

    private(set) var places: [TurnKey: Place] = [:]
    /// Calls without a settlement.
    private(set) var open = 0
    /// Calls that were charged something else than their whole hold although their end is not known.
    private(set) var shortCharged: [String] = []

    init(_ events: [RunEvent]) {
        var keys: [String: TurnKey] = [:]
        var holds: [String: Picodollars] = [:]
        for event in events {
            switch event.body {
            case .callReserved(let body):
                let key = TurnKey(event, turn: body.turn)
                keys[body.call] = key
                holds[body.call] = body.amount
                places[key, default: Place()].reserved += 1
                if places[key]?.isAnswered == true { places[key]?.isAskedAgain = true }
            case .callSettled(let body):
                guard let key = keys.removeValue(forKey: body.call) else { continue }
                if body.isUnknown {
                    places[key]?.unknown.append(body.amount)
                    if body.amount != holds[body.call] { shortCharged.append(body.call) }
                } else {
                    places[key]?.known.append(body.amount)
                }
                if body.answer != nil { places[key]?.isAnswered = true }
            default: break
            }
        }
        open = keys.count
    }

    var spent: Picodollars {
        places.values.flatMap { $0.known + $0.unknown }.reduce(.zero, +)
    }
}

/// A clock on which waiting takes no time, and that tells of every wait.
struct TellingClock: Clock {
    let told: @Sendable () -> Void

    var now: ContinuousClock.Instant {
        .now
    }

    var minimumResolution: Duration {
        .nanoseconds(1)
    }

    func sleep(until deadline: ContinuousClock.Instant, tolerance: Duration?) async throws {
        told()
    }
}
