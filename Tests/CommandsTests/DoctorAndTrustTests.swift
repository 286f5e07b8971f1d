import ArgumentParser
import Foundation
import MoonshiftTestSupport
import Synchronization
import Testing
import Vocabulary

@testable import Commands

@Suite(.heavy) struct TrustTests {
    @Test func newContentIsListedThenTrustedThenChangedAgain() async throws {
        let machine = try await Machine()
        try machine.repository.write("return { api = 1 }", to: "recipes/mine.lua")
        let list = try Moonshift.Trust.parse(["mine", "--list"])
        #expect(try await machine.output(of: list).hasPrefix("new "))
        #expect(try await machine.output(of: list).hasPrefix("new "))
        #expect(try await machine.output(of: Moonshift.Trust.parse(["mine"])).hasPrefix("trusted "))
        #expect(try await machine.output(of: list).hasPrefix("trusted "))
        try machine.repository.write("return { api = 1, description = 'x' }", to: "recipes/mine.lua")
        #expect(try await machine.output(of: list).hasPrefix("new "))
    }

    @Test func aCopyOfTheBuiltInRecipeNeedsNoWord() async throws {
        let machine = try await Machine()
        let list = try Moonshift.Trust.parse(["--list"])
        #expect(try await machine.output(of: list).hasPrefix("nothing from this folder would run"))
        for name in ["recipes", "plugins"] { try machine.copyFromSource(name) }
        let shown = try await machine.output(of: list)
        #expect(shown.split(separator: "\n").allSatisfy { $0.hasPrefix("built in ") }, "\(shown)")
        #expect(shown.contains("recipes/tdd.lua") && shown.contains("plugins/default"))
        let edited = try machine.repository.read("recipes/tdd.lua") + "\n"
        try machine.repository.write(edited, to: "recipes/tdd.lua")
        #expect(try await machine.output(of: list).hasPrefix("new "))
    }

    @Test func aPackIsTrustedByItsName() async throws {
        let machine = try await Machine()
        try machine.repository.write(
            """
            name: acme
            version: 1.0.0
            moonshift_api: ">=1.0, <2"
            description: A pack.
            """, to: "plugins/acme/pack.yaml")
        try machine.repository.write("return {}", to: "plugins/acme/policy.lua")
        let shown = try await machine.output(of: Moonshift.Trust.parse(["plugins/acme/policy.lua"]))
        #expect(shown.split(separator: "\n").count == 1)
        #expect(shown.hasPrefix("trusted ") && shown.hasSuffix("plugins/acme\n"), "\(shown)")
    }
}

@Suite(.heavy) struct DoctorTests {
    @Test func versionsAreReadAsTheyArePrinted() {
        #expect(DoctorChecks.numbers(in: "git version 2.39.5") == [2, 39, 5])
        #expect(DoctorChecks.numbers(in: "git version 2.50.1 (Apple Git-155)") == [2, 50, 1])
        #expect(DoctorChecks.numbers(in: "Lua 5.4.4") == [5, 4, 4])
        #expect(DoctorChecks.numbers(in: "git version 2.47.0.rc1") == [2, 47, 0])
        #expect(DoctorChecks.numbers(in: "nothing here") == [])
    }

    @Test func keysAreNeverPrinted() async throws {
        var machine = try await Machine()
        machine.environment["OPENAI_API_KEY"] = "sk-hidden-key"
        machine.environment["OPENAI_BASE_URL"] = "https://user:hidden-word@models.example:8443/v1"
        let checks = await DoctorRepositoryChecks(path: machine.repository.path, context: machine.context { _ in })
            .run()
        let server = try #require(checks.first { $0.name == "model server" })
        #expect(server == .ok("model server", "models.example, with OPENAI_API_KEY"))
        #expect(!checks.contains { $0.message.contains("hidden") })
    }

    @Test func noRepositoryIsAnErrorThatSaysSo() async throws {
        let machine = try await Machine()
        let folder = try TemporaryDirectory("plain")
        let checks = await DoctorRepositoryChecks(path: folder.path, context: machine.context { _ in }).run()
        #expect(checks.first?.level == .error)
        #expect(checks.map(\.name) == ["repository", "model server", "price book"])
    }

    @Test func whatMayNotRunIsNamedWithItsCure() async throws {
        let machine = try await Machine()
        try machine.repository.write("return { api = 1 }", to: "recipes/mine.lua")
        let checks = await DoctorRepositoryChecks(path: machine.repository.path, context: machine.context { _ in })
            .run()
        #expect(
            checks.filter { $0.name == "recipes" } == [
                .warning(
                    "recipes", "recipes/mine.lua may not run yet: read it, then say `moonshift trust recipes/mine.lua`")
            ])
    }

    @Test func jsonIsOneVersionedObject() async throws {
        let machine = try await Machine()
        let command = try Moonshift.Doctor.parse(["--json"])
        let written = Mutex("")
        // Whether the machine of the test has a cage is not the test's business.
        try? await command.run(in: machine.context { text in written.withLock { $0 += text } })
        let value = try Value(json: Array(written.withLock { $0 }.utf8))
        #expect(value["version"] == 1)
        let names = value["checks"]?.listValue?.compactMap { $0["name"]?.stringValue }
        #expect(
            names == [
                "git", "cage", "lua library", "lua5.4", "python", "open files", "repository", "ledger", "disk space",
                "recipes", "model server", "price book", "model",
            ])
    }
}

/// A repository with one commit and a user who trusts nothing yet.
private struct Machine {
    let repository: TemporaryDirectory
    let home: TemporaryDirectory
    var environment: [String: String]

    init() async throws {
        repository = try TemporaryDirectory("repository")
        home = try TemporaryDirectory("home")
        environment = ["HOME": home.path, "PATH": "/usr/local/bin:/usr/bin:/bin"]
        try repository.write("text\n", to: "README")
        for arguments in [["init", "-q"], ["add", "."], ["commit", "-q", "-m", "first"]] {
            let git = ["git", "-c", "user.name=a", "-c", "user.email=a@b.c"] + arguments
            let output = try await runProcess(git, environment: environment, directory: repository.path)
            try #require(output.exitCode == 0, "\(output.standardError)")
        }
    }

    func context(_ output: @escaping @Sendable (String) -> Void) -> CommandContext {
        CommandContext(
            output: output, progress: { _ in }, environment: environment, directory: repository.path)
    }

    func output(of command: some ContextCommand) async throws -> String {
        let written = Mutex("")
        try await command.run(in: context { text in written.withLock { $0 += text } })
        return written.withLock { $0 }
    }

    func copyFromSource(_ folder: String) throws {
        let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent()
        let target = URL(fileURLWithPath: repository.path(of: folder))
        try FileManager.default.copyItem(at: root.appending(path: folder).resolvingSymlinksInPath(), to: target)
    }
}
