import Foundation

/// What the operating system has counted for a process.
package struct ProcessUsage: Equatable, Sendable {
    /// User and system time together.
    package var cpu: Duration
    /// The most memory that was ever resident.
    package var peakMemoryInBytes: Int

    /// This process.
    package static var own: ProcessUsage {
        ProcessUsage(__rusage_who_t(RUSAGE_SELF.rawValue))
    }

    /// All child processes that ended and were waited for, together; the memory is that of the largest.
    package static var children: ProcessUsage {
        ProcessUsage(__rusage_who_t(RUSAGE_CHILDREN.rawValue))
    }

    /// Processor time of this process's threads whose names begin with `prefix`, such as those of an event loop.
    package static func threads(named prefix: String) -> Duration {
        let root = "/proc/self/task"
        let threads = (try? FileManager.default.contentsOfDirectory(atPath: root)) ?? []
        let ticks = threads.reduce(0) { sum, thread in
            let stat = try? String(contentsOfFile: "\(root)/\(thread)/stat", encoding: .utf8)
            // proc(5): the name in parentheses may hold anything; user and system time are the 14th and 15th field.
            guard let stat, let start = stat.firstIndex(of: "("), let end = stat.lastIndex(of: ")"),
                stat[stat.index(after: start)..<end].hasPrefix(prefix)
            else { return sum }
            let fields = stat[stat.index(after: end)...].split(separator: " ")
            return fields.count > 12 ? sum + (Int(fields[11]) ?? 0) + (Int(fields[12]) ?? 0) : sum
        }
        return .seconds(ticks) / max(sysconf(Int32(_SC_CLK_TCK)), 1)
    }

    private init(_ who: __rusage_who_t) {
        var usage = rusage()
        guard getrusage(who, &usage) == 0 else {
            self.init(cpu: .zero, peakMemoryInBytes: 0)
            return
        }
        // Linux counts in kilobytes.
        self.init(
            cpu: Self.duration(usage.ru_utime) + Self.duration(usage.ru_stime),
            peakMemoryInBytes: usage.ru_maxrss * 1024)
    }

    private init(cpu: Duration, peakMemoryInBytes: Int) {
        self.cpu = cpu
        self.peakMemoryInBytes = peakMemoryInBytes
    }

    private static func duration(_ time: timeval) -> Duration {
        .seconds(time.tv_sec) + .microseconds(time.tv_usec)
    }
}
