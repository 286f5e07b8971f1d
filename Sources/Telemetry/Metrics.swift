import Foundation
import Synchronization
package import Vocabulary

/// A part of the program whose time is counted.
package enum Part: String, CaseIterable, Codable, Sendable {
    /// Objects and references of the repository.
    case git
    /// Making worktrees hold what a command is to see, and cleaning up after it; its git reads are counted there too.
    case worktrees
    /// Test commands, with the cage around them.
    case tests
    /// Folding candidates and moving branches, by candidate; the git in it is counted there too, tests are not.
    case landing
    /// What the cages cost: an empty one as it was measured at the start, times the commands that ran in one. A part of
    /// ``tests``.
    case cage
    case lua
    /// HTTP attempts to model servers; their time is that of all event loops, of clients and servers.
    case http
    case ledger
}

/// Counts calls and time by part, for reports and benchmarks.
///
/// CPU time is the calling thread's, so it is only counted for sections without `await`; what child processes used is added
/// by whoever waited for them.
package final class Metrics: Sendable {
    private struct Tally {
        var calls = 0
        var wall = Duration.zero
        var cpu = Duration.zero

        static func + (left: Tally, right: Tally) -> Tally {
            Tally(calls: left.calls + right.calls, wall: left.wall + right.wall, cpu: left.cpu + right.cpu)
        }
    }

    private let tallies = Mutex<[Part: Tally]>([:])
    private let started = ContinuousClock.now

    package init() {}

    /// Counts work that was measured elsewhere.
    package func add(_ part: Part, calls: Int = 1, wall: Duration, cpu: Duration = .zero) {
        tallies.withLock { tallies in
            tallies[part, default: Tally()].calls += calls
            tallies[part, default: Tally()].wall += wall
            tallies[part, default: Tally()].cpu += cpu
        }
    }

    /// Runs and counts a section without `await`, with the CPU time of its thread.
    ///
    /// - Throws: What `body` throws; the section is counted all the same.
    package func measure<Result, Failure: Error>(
        _ part: Part, _ body: () throws(Failure) -> Result
    ) throws(Failure) -> Result {
        let clock = PartClock()
        defer { add(part, wall: clock.wall, cpu: clock.threadCPU) }
        return try body()
    }

    /// All counts, with what the operating system knows of the process and of its ended children.
    ///
    /// Times are seconds, memory is bytes: `{"parts": {"git": {"calls", "wall_seconds", "cpu_seconds"}, …}, "process":
    /// {"wall_seconds", "cpu_seconds", "children_cpu_seconds", "peak_memory_bytes"}}`. Parts that did nothing are left out.
    ///
    /// `others`: counters of modules that count for themselves; theirs are added to these.
    package func snapshot(with others: [Metrics] = []) -> Value {
        let parts = others.reduce(into: tallies.withLock(\.self)) { sum, other in
            sum.merge(other.tallies.withLock(\.self)) { $0 + $1 }
        }
        .map { part, tally in
            (
                part.rawValue,
                Value.map([
                    "calls": .integer(Int64(tally.calls)), "wall_seconds": .number(tally.wall.inSeconds),
                    "cpu_seconds": .number(tally.cpu.inSeconds),
                ])
            )
        }
        let own = ProcessUsage.own
        return [
            "parts": .map(Dictionary(parts, uniquingKeysWith: { $1 })),
            "process": [
                "wall_seconds": .number((ContinuousClock.now - started).inSeconds),
                "cpu_seconds": .number(own.cpu.inSeconds),
                "children_cpu_seconds": .number(ProcessUsage.children.cpu.inSeconds),
                "peak_memory_bytes": .integer(Int64(own.peakMemoryInBytes)),
            ],
        ]
    }
}

extension Duration {
    fileprivate var inSeconds: Double {
        self / .seconds(1)
    }
}
