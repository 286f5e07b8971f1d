import CommandRunner
import Glibc
import MoonshiftTestSupport
import Testing

@Suite(.timeLimit(.minutes(1)))
struct CommandRunnerTests {
    private let directory: TemporaryDirectory

    init() throws {
        directory = try TemporaryDirectory("commands")
    }

    @Test(arguments: Surroundings.available)
    func bothStreamsComeInTheOrderInWhichTheyWereWritten(_ place: Surroundings) async throws {
        let result = try await place.runner().run(
            script("echo one; echo two >&2; echo three; exit 3", in: directory))
        #expect(result.text == "one\ntwo\nthree\n")
        #expect(result.termination == .exited(3))
        #expect(result.exitCode == 3)
        #expect(!result.isTruncated)
    }

    @Test(arguments: Surroundings.available)
    func standardErrorIsKeptApartWhenAsked(_ place: Surroundings) async throws {
        var command = script("echo out; echo err >&2", in: directory)
        command.separatesStandardError = true
        let result = try await place.runner().run(command)
        #expect(result.text == "out\n")
        #expect(result.errorText == "err\n")
    }

    @Test(arguments: Surroundings.available)
    func aSignalIsToldAsAShellWould(_ place: Surroundings) async throws {
        let result = try await place.runner().run(script("kill -SEGV $$", in: directory))
        #expect(result.exitCode == 139)
    }

    @Test(arguments: Surroundings.available)
    func inputReachesTheCommandAndNoInputIsAnEnd(_ place: Surroundings) async throws {
        let runner = try await place.runner()
        var command = script("cat; echo end", in: directory)
        #expect(try await runner.run(command).text == "end\n")
        command.input = Array(repeating: UInt8(ascii: "x"), count: 300_000)
        command.arguments = ["wc", "-c"]
        #expect(try await runner.run(command).text == "300000\n")
    }

    @Test(arguments: Surroundings.available)
    func aCommandThatIgnoresItsInputIsFine(_ place: Surroundings) async throws {
        var command = script("true", in: directory)
        command.input = Array(repeating: 0, count: 1 << 20)
        #expect(try await place.runner().run(command).isSuccess)
    }

    @Test
    func nothingOfOurEnvironmentIsInherited() async throws {
        var command = script("", in: directory)
        command.arguments = ["env"]
        command.environment["ONLY"] = "this"
        let result = try await Surroundings.uncaged.runner().run(command)
        // The mark by which the command is found when we are gone is all that is added.
        let lines = result.text.split(separator: "\n").filter { !$0.hasPrefix("MOONSHIFT_COMMAND=") }
        #expect(Set(lines) == ["PATH=/usr/bin:/bin", "ONLY=this"])
    }

    @Test(arguments: Surroundings.available)
    func longOutputKeepsItsBeginningAndItsEnd(_ place: Surroundings) async throws {
        var command = script("echo first; yes | head -c 3000000; echo last", in: directory)
        command.outputLimitInBytes = 1000
        let result = try await place.runner().run(command)
        #expect(result.isTruncated)
        #expect(result.text.hasPrefix("first\n"))
        #expect(result.text.hasSuffix("last\n"))
        #expect(result.text.contains("[... 2999011 bytes of output cut here ...]"))
        #expect(result.output.count < 1100)
    }

    @Test(arguments: Surroundings.available)
    func timeOverKillsAlsoWhatLeftTheSession(_ place: Surroundings) async throws {
        let mark = uniqueSeconds()
        let text =
            "trap '' TERM; setsid sh -c 'trap \"\" TERM; sleep \(mark)' & echo started; sleep \(mark); sleep \(mark)"
        let result = try await place.runner().run(script(text, in: directory, timeout: .milliseconds(700)))
        #expect(result.termination == .timedOut)
        #expect(result.exitCode == 124)
        #expect(result.text == "started\n")
        await eventually { !isRunning(mark) }
    }

    @Test(arguments: Surroundings.available)
    func aCommandMayCleanUpWhenItsTimeIsOver(_ place: Surroundings) async throws {
        let text = "trap 'echo cleaned; exit 0' TERM; echo started; while true; do sleep 0.01; done"
        let runner = try await place.runner(grace: .seconds(20))
        let result = try await runner.run(script(text, in: directory, timeout: .milliseconds(700)))
        #expect(result.termination == .timedOut)
        #expect(result.text.hasSuffix("cleaned\n"))
    }

    @Test(arguments: Surroundings.available)
    func cancellationKillsAndThrows(_ place: Surroundings) async throws {
        let mark = uniqueSeconds()
        let runner = try await place.runner()
        let command = script("trap '' TERM; setsid sleep \(mark) & sleep \(mark)", in: directory)
        let running = Task { try await runner.run(command) }
        await eventually { isRunning(mark) }
        running.cancel()
        await #expect(throws: CancellationError.self) { try await running.value }
        await eventually { !isRunning(mark) }
        #expect(runner.statistics.running == 0)
    }

    @Test
    func aCancelledTaskStartsNothing() async throws {
        let runner = try await Surroundings.uncaged.runner()
        let command = script("touch made", in: directory)
        let gate = Gate()
        let running = Task {
            try? await gate.pass()
            return try await runner.run(command)
        }
        running.cancel()
        await #expect(throws: CancellationError.self) { try await running.value }
        #expect(runner.statistics.spawned == 0)
        #expect(!directory.exists("made"))
    }

    @Test(arguments: Surroundings.available)
    func whatACommandLeavesInItsGroupDiesWithIt(_ place: Surroundings) async throws {
        let mark = uniqueSeconds()
        let result = try await place.runner().run(script("sleep \(mark) & echo done", in: directory))
        #expect(result.text == "done\n")
        await eventually { !isRunning(mark) }
    }

    @Test(arguments: Surroundings.available)
    func whoeverWritesWithoutEndIsStopped(_ place: Surroundings) async throws {
        var command = script("exec yes > big", in: directory)
        command.limits.fileSizeInBytes = 1 << 20
        let result = try await place.runner().run(command)
        #expect(result.exitCode == 128 + Int(SIGXFSZ))
    }

    @Test(arguments: Surroundings.available)
    func memoryHasALimit(_ place: Surroundings) async throws {
        var command = script("", in: directory)
        let program = "my $x = 'a' x (400 * 1024 * 1024); print length($x)"
        command.arguments = ["perl", "-e", program]
        command.limits.memoryInBytes = 100 << 20
        let result = try await place.runner().run(command)
        #expect(!result.isSuccess)
    }

    @Test
    func limitsHoldFromTheFirstInstructionOn() async throws {
        var command = script("ulimit -f; ulimit -n; ulimit -c; ulimit -Hn", in: directory)
        command.limits.fileSizeInBytes = 1 << 20
        command.limits.openFiles = 100
        let result = try await Surroundings.uncaged.runner().run(command)
        #expect(result.text == "2048\n100\n0\n100\n")
    }

    @Test(arguments: Surroundings.available)
    func nothingIsInheritedButThreeStreams(_ place: Surroundings) async throws {
        // A descriptor of ours that is not closed on exec.
        let ours = open("/dev/null", O_RDONLY)
        defer { close(ours) }
        let result = try await place.runner().run(script("ls /proc/self/fd", in: directory))
        // The fourth is that of the folder which ls reads.
        #expect(result.text == "0\n1\n2\n3\n")
    }

    @Test
    func signalsAreAsAProgramExpectsThem() async throws {
        // Our process ignores some signals; a program that is started must not.
        let before = signal(SIGUSR1, SIG_IGN)
        defer { signal(SIGUSR1, before) }
        let result = try await Surroundings.uncaged.runner().run(
            script("grep -E '^Sig(Blk|Ign)' /proc/self/status", in: directory))
        let masks = result.text.split(whereSeparator: \.isWhitespace).compactMap { UInt64($0, radix: 16) }
        // Those above are the C library's own.
        #expect(masks.map { $0 & 0x7fff_ffff } == [0, 0])
    }

    @Test
    func processorTimeIsThatOfTheCommandAndItsChildren() async throws {
        let busy = "i=0; while [ $i -lt 300000 ]; do i=$((i+1)); done"
        let result = try await Surroundings.uncaged.runner().run(script("sh -c '\(busy)'", in: directory))
        #expect(try #require(result.cpuTime) > .milliseconds(20))
    }

    @Test
    func aProgramThatIsNoneSaysWhatTheSystemSays() async throws {
        var command = script("", in: directory)
        command.arguments = [try directory.write("text", to: "plain.txt")]
        let error = await #expect(throws: CommandError.self) {
            try await Surroundings.uncaged.runner().run(command)
        }
        #expect(error.map(String.init(describing:))?.contains("Permission denied") == true)
    }

    @Test
    func whatCannotBeStartedSaysWhy() async throws {
        let runner = try await Surroundings.uncaged.runner()
        var command = script("true", in: directory)
        command.arguments = ["no-such-program-here"]
        await #expect(throws: CommandError.self) { try await runner.run(command) }
        command.arguments = []
        await #expect(throws: CommandError.self) { try await runner.run(command) }
        command = script("true", in: directory)
        command.directory = directory.path(of: "missing")
        await #expect(throws: CommandError.self) { try await runner.run(command) }
    }

    @Test
    func manyCommandsRunSideBySide() async throws {
        let runner = try await Surroundings.uncaged.runner()
        let command = script("echo x", in: directory)
        let outputs = try await withThrowingTaskGroup(of: String.self) { group in
            for _ in 0..<100 { group.addTask { try await runner.run(command).text } }
            return try await group.reduce(into: []) { $0.append($1) }
        }
        #expect(outputs == Array(repeating: "x\n", count: 100))
        #expect(runner.statistics.uncaged == 100)
        #expect(runner.statistics.running == 0)
        #expect(runner.statistics.childrenCPUTime > .zero)
    }

    @Test
    func trustedCommandsAreNeverCaged() async throws {
        let runner = try await Surroundings.available[0].runner()
        var command = script("ls -d /etc/passwd /etc/shadow", in: directory)
        command.isCaged = false
        #expect(try await runner.run(command).text == "/etc/passwd\n/etc/shadow\n")
        #expect(runner.statistics.trusted == 1)
    }
}
