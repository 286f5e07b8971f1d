import Foundation
import Glibc

/// Processes as `/proc` shows them: the way to children that left the process group of their command.
enum ProcessTree {
    /// Everything that descends from `root` now, parents first; `root` itself is not in it.
    static func descendants(of root: pid_t) -> [pid_t] {
        var children: [pid_t: [pid_t]] = [:]
        for name in (try? FileManager.default.contentsOfDirectory(atPath: "/proc")) ?? [] {
            guard let process = pid_t(name), let fields = statistics(of: process), fields[0] != "Z" else { continue }
            children[pid_t(fields[1]) ?? 0, default: []].append(process)
        }
        var found: [pid_t] = []
        var next = children[root] ?? []
        while !next.isEmpty {
            found += next
            next = next.flatMap { children[$0] ?? [] }
        }
        return found
    }

    /// Kills everything that descends from `root`, then `root` and its process group.
    ///
    /// All are stopped first: what is stopped starts nothing new, and does not notice how its children go.
    static func kill(_ root: pid_t) {
        signal(root, SIGSTOP)
        var stopped: Set<pid_t> = []
        for _ in 0..<16 {
            let new = descendants(of: root).filter { !stopped.contains($0) }
            if new.isEmpty { break }
            for process in new { signal(process, SIGSTOP) }
            stopped.formUnion(new)
        }
        for process in stopped { signal(process, SIGKILL) }
        signal(-root, SIGKILL)
        signal(root, SIGKILL)
    }

    /// Sends a signal to a process, or to the group `-target`; one that is gone is no error.
    static func signal(_ target: pid_t, _ signal: Int32) {
        _ = Glibc.kill(target, signal)
    }

    /// The fields of `/proc/N/stat` from the state on (3rd in proc(5)); nil when the process is gone.
    private static func statistics(of process: pid_t) -> [Substring]? {
        guard let file = fopen("/proc/\(process)/stat", "r") else { return nil }
        defer { fclose(file) }
        var bytes = [UInt8](repeating: 0, count: 1024)
        let count = fread(&bytes, 1, bytes.count, file)
        let text = String(decoding: bytes[..<count], as: UTF8.self)
        // The program's name stands in parentheses and may itself hold spaces and parentheses.
        guard let nameEnd = text.lastIndex(of: ")") else { return nil }
        let fields = text[text.index(after: nameEnd)...].split(separator: " ")
        return fields.count > 1 ? fields : nil
    }
}
