import CommandRunner
import Foundation
import MoonshiftTestSupport
import Testing

@Suite(.enabled(if: Surroundings.isCagePossible), .timeLimit(.minutes(1)))
struct CageTests {
    private let directory: TemporaryDirectory

    init() throws {
        directory = try TemporaryDirectory("cage")
    }

    private func run(_ text: String, _ change: (inout Command) -> Void = { _ in }) async throws -> CommandResult {
        var command = script(text, in: directory)
        change(&command)
        return try await Surroundings.cage.runner().run(command)
    }

    @Test
    func secretsOfTheMachineAreNotThere() async throws {
        let result = try await run("cat /etc/shadow; ls /root; ls /home; ls /var /srv /mnt; ls /tmp; echo end")
        #expect(!result.text.contains("root:"))
        #expect(result.text.contains("/etc/shadow: No such file"))
        #expect(result.text.contains("'/root': No such file"))
        #expect(result.text.hasSuffix("end\n"))
    }

    @Test
    func theCommandIsNobodyAndStaysNobody() async throws {
        let result = try await run("grep -E '^(CapEff|CapBnd|NoNewPrivs):' /proc/self/status; id -u")
        let values = result.text.split(separator: "\n").map { String($0.split(separator: "\t").last ?? "") }
        // Root's cages keep one capability: to ignore file modes.
        let kept = geteuid() == 0 ? "0000000000000002" : "0000000000000000"
        #expect(Array(values.prefix(3)) == [kept, kept, "1"])
        #expect(values.last != "0")
    }

    @Test
    func thereIsNoNetworkNotEvenToTheHost() async throws {
        let result = try await run("cat /proc/net/dev | tail -n +3 | cut -d: -f1; grep -c . /proc/net/route")
        #expect(result.text.split(separator: "\n").map { $0.trimmingCharacters(in: .whitespaces) } == ["lo", "1"])
    }

    @Test
    func onlyItsOwnProcessesAreVisible() async throws {
        let result = try await run("ls -d /proc/[0-9]* | wc -l")
        #expect((Int(result.text.trimmingCharacters(in: .newlines)) ?? 99) <= 6)
    }

    @Test
    func theWorktreeIsWritableWhoeverOwnsIt() async throws {
        try directory.write("old\n", to: "private/file")
        for (path, mode) in [("private/file", 0o600), ("private", 0o700)] {
            try FileManager.default.setAttributes(
                [.posixPermissions: mode], ofItemAtPath: directory.path(of: path))
        }
        let result = try await run(
            "test -w private/file && echo new >> private/file && touch private/made && rm -f nothing && echo fine")
        #expect(result.text == "fine\n")
        #expect(try directory.read("private/file") == "old\nnew\n")
        #expect(directory.exists("private/made"))
    }

    @Test
    func nothingElseIsWritable() async throws {
        let outside = try TemporaryDirectory("outside")
        defer { outside.remove() }
        let result = try await run(
            """
            for f in /x /usr/x /etc/x /dev/x \(outside.path)/x /proc/sys/kernel/core_pattern; do
                (echo bad > $f) 2>/dev/null && echo "wrote $f"
            done
            echo ok > /tmp/x && echo ok > $HOME/x && echo ok > /dev/shm/x && echo ok > /dev/null && echo end
            """)
        #expect(result.text == "end\n")
        #expect(!outside.exists("x"))
    }

    @Test
    func noSwitchOfTheKernelIsWritable() async throws {
        let result = try await run(
            """
            find /proc -maxdepth 4 -type f -not -path '/proc/[0-9]*' -not -path '/proc/*self/*' 2>/dev/null |
            while read f; do [ -w "$f" ] && echo "$f"; done; true
            """)
        // Those that every user may write on every machine are the kernel's own business.
        let everybody = ["/proc/sys/kernel/ns_last_pid"]
        #expect(result.text.split(separator: "\n").filter { !everybody.contains(String($0)) } == [])
    }

    @Test
    func aReadOnlyPathInsideTheWorktreeStaysReadOnly() async throws {
        try directory.write("gitdir: elsewhere\n", to: ".git")
        try directory.write("text", to: "kept/writable/file")
        let result = try await run("echo bad > .git; rm -f .git; touch kept/x; touch kept/writable/y; cat .git") {
            $0.readOnlyPaths = [directory.path(of: ".git"), directory.path(of: "kept"), "/no/such/path"]
            $0.writablePaths.append(directory.path(of: "kept/writable"))
        }
        #expect(result.text.hasSuffix("gitdir: elsewhere\n"))
        #expect(!directory.exists("kept/x"))
        #expect(directory.exists("kept/writable/y"))
    }

    @Test
    func noSetUserFileOfRootIsLeftBehind() async throws {
        try directory.write("#!/bin/sh\n", to: "tool")
        _ = try await run("cp /bin/sh mine; chmod 4755 mine tool; true")
        for file in ["mine", "tool"] {
            let attributes = try FileManager.default.attributesOfItem(atPath: directory.path(of: file))
            let mode = (attributes[.posixPermissions] as? NSNumber)?.intValue ?? 0
            let owner = (attributes[.ownerAccountID] as? NSNumber)?.intValue ?? 0
            #expect(mode & 0o4000 == 0 || owner != 0)
        }
    }

    @Test
    func processesAreLimitedForEachCommandAlone() async throws {
        let text = "i=0; while [ $i -lt 60 ]; do sleep 1 & i=$((i+1)); done; echo all started; kill $(jobs -p); wait"
        let limited = try await run(text) { $0.limits.processes = 20 }
        #expect(!limited.text.contains("all started"))
        let runner = try await Surroundings.cage.runner()
        var command = script(text, in: directory)
        command.limits.processes = 70
        let results = try await withThrowingTaskGroup(of: String.self) { group in
            for _ in 0..<3 { group.addTask { [command] in try await runner.run(command).text } }
            return try await group.reduce(into: []) { $0.append($1) }
        }
        #expect(results.allSatisfy { $0.contains("all started") })
    }

    @Test
    func privateMemoryFoldersHaveASize() async throws {
        let result = try await run(
            "head -c 20000000 /dev/zero > /tmp/big; wc -c < /tmp/big; head -c 99000000 /dev/zero > ~/b; wc -c < ~/b"
        ) {
            $0.limits.temporaryBytes = 1 << 20
        }
        let sizes = result.text.split(separator: "\n").compactMap { Int($0) }
        #expect(sizes == [1 << 20, 64 << 20])
    }

    @Test
    func variablesOfTheLoaderReachOnlyTheCommand() async throws {
        let result = try await run("echo $LD_PRELOAD; echo $HOME $TMPDIR") {
            $0.environment["LD_PRELOAD"] = "/no/such/library.so"
            $0.environment["HOME"] = "/root"
        }
        #expect(result.text.contains("/no/such/library.so\n/home/agent /tmp\n"))
        #expect(
            !result.text.hasPrefix(
                "ERROR: ld.so: object '/no/such/library.so' from LD_PRELOAD cannot be preloaded (cannot open shared object file): ignored.\nERROR"
            ))
    }

    @Test
    func aDetachedDescendantDoesNotOutliveItsCommand() async throws {
        let mark = uniqueSeconds()
        let result = try await run("setsid nohup sleep \(mark) >/dev/null 2>&1 & sleep 0.05; echo done")
        #expect(result.text == "done\n")
        await eventually { !isRunning(mark) }
    }

    @Test
    func aProgramOutsideTheSystemIsSeenWhenItsFolderIsListed() async throws {
        let tools = try TemporaryDirectory("tools")
        defer { tools.remove() }
        try tools.write("#!/bin/sh\necho from tools\n", to: "bin/tool")
        try FileManager.default.setAttributes([.posixPermissions: 0o755], ofItemAtPath: tools.path(of: "bin/tool"))
        let program = tools.path(of: "bin/tool")
        #expect(try await run("\(program) || echo hidden").text.hasSuffix("hidden\n"))
        let shown = try await run(program) { $0.readOnlyPaths = ProgramFinder.folders(of: program) }
        #expect(shown.text == "from tools\n")
    }

    @Test
    func gitWorksOnARepositoryOfTheHost() async throws {
        let repository = try await TemporaryRepository(files: ["file": "text"])
        defer { repository.directory.remove() }
        let result = try await run("echo more >> file; git status --porcelain") {
            $0.directory = repository.path
            $0.writablePaths = [repository.path]
            $0.readOnlyPaths = [repository.path + "/.git"]
        }
        #expect(result.text == " M file\n")
    }

    @Test
    func aHiddenWorkingDirectoryIsRefusedBeforeTheStart() async throws {
        let other = try TemporaryDirectory("other")
        defer { other.remove() }
        await #expect(throws: CommandError.self) { try await run("true") { $0.directory = other.path } }
        await #expect(throws: CommandError.self) {
            try await run("true") { $0.writablePaths.append(directory.path(of: "missing")) }
        }
    }

    @Test
    func theDescriptionSaysWhatHolds() async throws {
        let caged = try await Sandbox.select(.auto)
        #expect(caged.isCaged)
        #expect(caged.description.contains("no network"))
        #expect(try await !Sandbox.select(.none).isCaged)
    }
}
