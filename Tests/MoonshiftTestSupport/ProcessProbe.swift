import Foundation
import Glibc
import Synchronization

/// A running child process that a test watches, signals and waits for.
///
/// Two plain threads a child do all the blocking, so any number of probes leave the cooperative pool free. A child that is
/// still alive when the last reference goes away is killed with its process group.
package final class ProcessProbe: Sendable {
    package struct CannotStart: Error, CustomStringConvertible {
        package let arguments: [String]
        package let code: Int32

        package var description: String {
            "cannot start \(arguments.joined(separator: " ")): \(String(cString: strerror(code)))"
        }
    }

    /// The process ended before it printed what the test waited for.
    package struct EndedEarly: Error, CustomStringConvertible {
        package let expected: String
        package let output: ProcessOutput

        package var description: String {
            """
            ended with \(output.exitCode) before it printed "\(expected)"
            stdout: \(output.output)
            stderr: \(output.standardError)
            """
        }
    }

    /// The child's process id, which is also its process group.
    package let processID: Int32
    private let state: ProbeState

    /// Starts the program; the parameters are those of ``runProcess(_:environment:input:directory:)``.
    package init(
        _ arguments: [String], environment: [String: String]? = nil, input: [UInt8] = [], directory: String? = nil
    ) throws {
        let environment = environment ?? Self.inheritedEnvironment
        let (processID, pipes) = try spawning.withLock { _ in
            let pipes = try ProbePipes()
            defer { pipes.closeChildEnds() }
            do {
                return (try spawn(arguments, environment: environment, directory: directory, pipes: pipes), pipes)
            } catch {
                pipes.closeAll()
                throw error
            }
        }
        self.processID = processID
        state = ProbeState()
        let state = state
        Thread.detachNewThread {
            var info = siginfo_t()
            // The exit is only looked at: the reaping happens under the lock that `send` holds, so no signal can hit a
            // process that got the same id later.
            while waitid(P_PID, id_t(processID), &info, WEXITED | WNOWAIT) == -1, errno == EINTR {}
            pipes.announceExit()
        }
        Thread.detachNewThread {
            pipes.pump(input: input) { state.append($0, isError: $1) }
            state.reap(processID)
            pipes.closeAll()
        }
    }

    deinit {
        killGroup()
    }

    /// Sends a signal to the process alone; nothing happens when it has ended.
    package func send(signal: Int32) {
        state.whileAlive { kill(processID, signal) }
    }

    /// Kills the process and everything that is left in its process group.
    package func killGroup() {
        state.whileAlive { kill(-processID, SIGKILL) }
    }

    /// Waits for the end of the process.
    package func finished() async -> ProcessOutput {
        await withCheckedContinuation { state.notifyAtEnd($0) }
    }

    /// Waits until standard output and standard error together hold `text`.
    /// - Throws: ``EndedEarly`` when the process ends without printing it.
    package func printed(_ text: String) async throws {
        try await withCheckedThrowingContinuation { state.notify(at: text, $0) }
    }

    /// Our own environment without the variables that would bend git, and with pytest told to load no plugins.
    package static var inheritedEnvironment: [String: String] {
        // The machine's plugins have no part in what is tested, and cost a second at each start.
        ProcessInfo.processInfo.environment.filter { !$0.key.hasPrefix("GIT_") }
            .merging(["PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1"]) { $1 }
    }
}

/// Keeps a second child from inheriting the pipe ends of the first one, which would then never see their end.
private let spawning = Mutex(())

private typealias ChangeDirectory =
    @convention(c) (UnsafeMutablePointer<posix_spawn_file_actions_t>, UnsafePointer<CChar>) -> Int32

/// Looked up by name: glibc has had it since 2.29, but its header hides it from Swift.
private let changeDirectory: ChangeDirectory? = dlsym(dlopen(nil, RTLD_NOW), "posix_spawn_file_actions_addchdir_np")
    .map { unsafeBitCast($0, to: ChangeDirectory.self) }

/// Starts a program in its own process group, with default signals and no descriptors but the three pipes.
private func spawn(
    _ arguments: [String], environment: [String: String], directory: String?, pipes: ProbePipes
) throws -> pid_t {
    var actions = posix_spawn_file_actions_t()
    var attributes = posix_spawnattr_t()
    posix_spawn_file_actions_init(&actions)
    posix_spawnattr_init(&attributes)
    defer {
        posix_spawn_file_actions_destroy(&actions)
        posix_spawnattr_destroy(&attributes)
    }
    posix_spawn_file_actions_adddup2(&actions, pipes.childInput, 0)
    posix_spawn_file_actions_adddup2(&actions, pipes.childOutput, 1)
    posix_spawn_file_actions_adddup2(&actions, pipes.childError, 2)
    if let directory, changeDirectory?(&actions, directory) != 0 {
        throw ProcessProbe.CannotStart(arguments: arguments, code: ENOSYS)
    }
    var none = sigset_t()
    var all = sigset_t()
    sigemptyset(&none)
    sigfillset(&all)
    posix_spawnattr_setsigmask(&attributes, &none)
    posix_spawnattr_setsigdefault(&attributes, &all)
    posix_spawnattr_setpgroup(&attributes, 0)
    posix_spawnattr_setflags(
        &attributes, Int16(POSIX_SPAWN_SETPGROUP | POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF))

    let argumentVector: [UnsafeMutablePointer<CChar>?] = arguments.map { strdup($0) } + [nil]
    let environmentVector: [UnsafeMutablePointer<CChar>?] = environment.map { strdup("\($0.key)=\($0.value)") } + [nil]
    defer { (argumentVector + environmentVector).forEach { free($0) } }
    var processID: pid_t = 0
    let code =
        arguments.isEmpty
        ? EINVAL : posix_spawnp(&processID, arguments[0], &actions, &attributes, argumentVector, environmentVector)
    guard code == 0 else { throw ProcessProbe.CannotStart(arguments: arguments, code: code) }
    return processID
}
