import Foundation
import Glibc
import Synchronization

/// A small process beside ours that kills the commands which are still running when ours is gone, however it went.
///
/// A cage dies with us by itself; a command without one would go on for hours after a `kill -9` of ours, with nobody to
/// watch its time. The guard is told each command's process group and kills those that it was not told to forget. Telling it
/// costs two short writes a command; a program that ties each command's life to ours would cost a second start.
final class OrphanGuard: Sendable {
    private struct State {
        var process: pid_t = 0
        var socket: Int32 = -1
        var hasFailed = false
    }

    /// Reads `+ GROUP` and `- GROUP` lines until we are gone. It ignores what a terminal sends to all processes of a job.
    private static let script = """
        trap '' INT TERM HUP QUIT
        live=
        while read -r sign group; do
          case $sign in
          +) live="$live $group" ;;
          -) rest=
             for other in $live; do [ "$other" = "$group" ] || rest="$rest $other"; done
             live=$rest ;;
          esac
        done
        for group in $live; do kill -s KILL -- "-$group"; done
        """

    /// `POSIX_SPAWN_SETSID` of glibc, which its Swift overlay does not show: Ctrl-C in a terminal is not for the guard.
    private static let newSession: Int16 = 0x80

    private let state = Mutex(State())

    deinit {
        state.withLock { state in
            guard state.process > 0 else { return }
            close(state.socket)
            var status: Int32 = 0
            while waitpid(state.process, &status, 0) < 0, errno == EINTR {}
        }
    }

    /// Has the process group killed if we end before ``forget(_:)``.
    func watch(_ group: pid_t) {
        tell("+ \(group)\n")
    }

    /// Must be called while the group's id cannot have been given to another process.
    func forget(_ group: pid_t) {
        tell("- \(group)\n")
    }

    private func tell(_ line: String) {
        state.withLock { state in
            if state.process == 0, !state.hasFailed { Self.start(&state) }
            guard state.process > 0 else { return }
            // A guard that somebody killed is no reason to fail; a full buffer means that it reads slowly.
            _ = line.withCString { send(state.socket, $0, strlen($0), Int32(MSG_NOSIGNAL)) }
        }
    }

    private static func start(_ state: inout State) {
        state.hasFailed = true
        var ends: [Int32] = [-1, -1]
        let kind = Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue)
        guard socketpair(AF_UNIX, kind, 0, &ends) == 0 else { return }
        defer { close(ends[1]) }
        var attributes = posix_spawnattr_t()
        var actions = posix_spawn_file_actions_t()
        posix_spawnattr_init(&attributes)
        posix_spawn_file_actions_init(&actions)
        defer {
            posix_spawnattr_destroy(&attributes)
            posix_spawn_file_actions_destroy(&actions)
        }
        posix_spawnattr_setflags(&attributes, newSession)
        posix_spawn_file_actions_adddup2(&actions, ends[1], 0)
        for output in [STDOUT_FILENO, STDERR_FILENO] {
            posix_spawn_file_actions_addopen(&actions, output, "/dev/null", O_WRONLY, 0)
        }
        var process: pid_t = 0
        let arguments: [UnsafeMutablePointer<CChar>?] = ["sh", "-c", script].map { $0.withCString(strdup) }
        defer { arguments.forEach { free($0) } }
        let environment: [UnsafeMutablePointer<CChar>?] = [nil]
        guard posix_spawn(&process, "/bin/sh", &actions, &attributes, arguments + [nil], environment) == 0 else {
            close(ends[0])
            return
        }
        state = State(process: process, socket: ends[0])
    }
}
