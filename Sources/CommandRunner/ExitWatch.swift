import Dispatch
import Glibc

/// Says once that a child process has ended, without reaping it.
///
/// Until the child is reaped its id cannot be given to another process, so signals sent by id are safe after this too.
struct ExitWatch {
    private let source: any DispatchSourceRead

    /// Starts watching; nil when the descriptor is no pidfd, as on kernels before 5.3.
    ///
    /// - Parameters:
    ///   - processDescriptor: The pidfd of the process; it may be closed by its owner at any time.
    ///   - onExit: Called on some thread, at least once.
    init?(processDescriptor: Int32, onExit: @escaping @Sendable () -> Void) {
        // An own descriptor, because a dispatch source may look at it until its cancel handler has run.
        let descriptor = fcntl(processDescriptor, F_DUPFD_CLOEXEC, 0)
        guard descriptor >= 0 else { return nil }
        source = DispatchSource.makeReadSource(fileDescriptor: descriptor, queue: .global())
        source.setEventHandler(handler: onExit)
        source.setCancelHandler { close(descriptor) }
        source.resume()
    }

    func cancel() {
        source.cancel()
    }

    /// Waits for the end of a process that has no descriptor.
    static func poll(_ process: pid_t) async {
        var information = siginfo_t()
        while true {
            information.si_signo = 0
            let code = waitid(P_PID, id_t(process), &information, WEXITED | WNOWAIT | WNOHANG)
            if code != 0 && errno != EINTR { return }
            if code == 0 && information.si_signo != 0 { return }
            do { try await Task.sleep(for: .milliseconds(10)) } catch { return }
        }
    }
}
