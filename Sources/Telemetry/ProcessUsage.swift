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
