import Foundation
import Glibc
import Synchronization

/// A small process beside ours that kills the commands which are still running when ours is gone, however it went.
///
/// A cage dies with us by itself; a command without one would go on for hours after a `kill -9` of ours, with nobody to
/// watch its time. Each such command carries a mark in its environment, and so does what it starts; the guard looks for the
/// mark when we are gone. It needs no word from us when a command starts, so there is no moment in which one gets away; only
/// a process that empties its environment and leaves its process group does.
final class OrphanGuard: Sendable {
    /// The guard's process and our end of its input; nil before it is needed and where it cannot be started.
    private struct Process {
        let id: pid_t
        let socket: Int32
    }

    /// Waits until we say that all is well, or are gone. It ignores what a terminal sends to all processes of a job.
    private static let script = """
        trap '' INT TERM HUP QUIT
        read -r word
        [ "$word" = done ] && exit
        for pass in 1 2 3 4 5 6 7 8; do
          found=
          for file in /proc/[0-9]*/environ; do
            if grep -qs -- "$1" "$file"; then
              process=${file#/proc/}
              process=${process%/environ}
              kill -s KILL -- "-$process"
              kill -s KILL -- "$process" && found=1
            fi
          done
          [ "$found" ] || break
        done
        """

    /// `POSIX_SPAWN_SETSID` of glibc, which its Swift overlay does not show: Ctrl-C in a terminal is not for the guard.
    private static let newSession: Int16 = 0x80

    private let name = "MOONSHIFT_COMMAND"
    private let value = "\(getpid())-\(String(UInt64.random(in: .min ... .max), radix: 36))"
    private let process = Mutex<Process?>(nil)

    deinit {
        process.withLock { process in
            guard let process else { return }
            send(process.socket, "done\n", 5, Int32(MSG_NOSIGNAL))
            close(process.socket)
            var status: Int32 = 0
            while waitpid(process.id, &status, 0) < 0, errno == EINTR {}
        }
    }

    /// The environment with the mark, once the guard is on duty.
    func marking(_ environment: [String: String]) -> [String: String] {
        process.withLock { process in
            if process == nil { process = Self.start(mark: "\(name)=\(value)") }
        }
        return environment.merging([name: value]) { $1 }
    }

    private static func start(mark: String) -> Process? {
        var ends: [Int32] = [-1, -1]
        let kind = Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue)
        guard socketpair(AF_UNIX, kind, 0, &ends) == 0 else { return nil }
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
        var id: pid_t = 0
        let arguments: [UnsafeMutablePointer<CChar>?] = ["sh", "-c", script, "sh", mark].map { $0.withCString(strdup) }
        let environment: [UnsafeMutablePointer<CChar>?] = [strdup("PATH=/usr/bin:/bin"), nil]
        defer { (arguments + environment).forEach { free($0) } }
        guard posix_spawn(&id, "/bin/sh", &actions, &attributes, arguments + [nil], environment) == 0 else {
            close(ends[0])
            return nil
        }
        return Process(id: id, socket: ends[0])
    }
}
