import CLaunchShim
import Glibc

/// A process of ours, from its start until it is reaped.
///
/// Until then its id names it and nothing else, so signals sent by id are safe, also after its end.
struct Child {
    let process: pid_t
    /// Readable once the process has ended; -1 where the kernel has no such descriptors.
    let descriptor: Int32
    /// Our ends of its output streams, which do not block; the second is -1 unless standard error is kept apart.
    let output: Int32
    let errors: Int32

    /// How a process ended.
    struct End {
        var termination: CommandResult.Termination
        /// Of the process and of the children that it waited for.
        var cpuTime: Duration
    }

    /// Starts the program of a launch as the leader of its own session.
    ///
    /// - Throws: ``CommandError`` when it does not run; nothing is left then.
    static func start(_ launch: Launch, input: [UInt8], separatesStandardError: Bool) throws(CommandError) -> Child {
        do {
            let source = try CommandInput.open(input)
            defer { close(source) }
            let output = try Pipe()
            defer { close(output.writer) }
            let errors: Pipe?
            do {
                errors = separatesStandardError ? try Pipe() : nil
            } catch {
                close(output.reader)
                throw error
            }
            defer { if let errors { close(errors.writer) } }
            let launched = launch.start(input: source, output: output.writer, errors: errors?.writer ?? output.writer)
            guard launched.failed_step == MS_LAUNCH_DONE else {
                close(output.reader)
                if let errors { close(errors.reader) }
                throw CommandError(launched, program: launch.program, directory: launch.directory)
            }
            return Child(
                process: launched.process, descriptor: launched.descriptor, output: output.reader,
                errors: errors?.reader ?? -1)
        } catch let error as CommandError {
            throw error
        } catch {
            throw .cannotStart(program: launch.program, cause: error)
        }
    }

    /// Whether the process has ended; for kernels without process descriptors.
    var hasEnded: Bool {
        var information = siginfo_t()
        let code = waitid(P_PID, id_t(process), &information, WEXITED | WNOWAIT | WNOHANG)
        return code != 0 ? errno != EINTR : information.si_signo != 0
    }

    /// Waits for the end, frees the id, and closes all descriptors.
    func reap() -> End {
        var status: Int32 = 0
        var usage = rusage()
        while wait4(process, &status, 0, &usage) < 0, errno == EINTR {}
        for open in [descriptor, output, errors] where open >= 0 { close(open) }
        let microseconds = [usage.ru_utime, usage.ru_stime].map { Int64($0.tv_sec) * 1_000_000 + Int64($0.tv_usec) }
        let signal = status & 0x7f
        return End(
            termination: signal == 0 ? .exited((status >> 8) & 0xff) : .signaled(signal),
            cpuTime: .microseconds(microseconds.reduce(0, +)))
    }
}

/// The two ends of a pipe; reading does not block.
private struct Pipe {
    let reader: Int32
    let writer: Int32

    init() throws(SystemError) {
        var ends: [Int32] = [-1, -1]
        guard ms_pipe(&ends) == 0 else { throw .last }
        (reader, writer) = (ends[0], ends[1])
        _ = fcntl(reader, F_SETFL, O_NONBLOCK)
    }
}
