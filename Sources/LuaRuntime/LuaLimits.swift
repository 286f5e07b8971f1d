/// What a script may use before it is ended.
///
/// All limits hold for one call, except `memoryBytes`, which holds for a state.
package struct LuaLimits: Sendable, Hashable {
    /// Instructions of the virtual machine and charges of library functions; the same script with the same input uses the
    /// same number each time.
    package var ticks: Int
    /// Running time between two awaited host functions.
    package var slice: Duration
    /// Time spent waiting for host functions, in all.
    package var awaited: Duration
    /// Reachable memory of the state; a script that passes it is ended at its next instruction.
    package var memoryBytes: Int
    /// Levels of `pcall` and `xpcall` inside each other, in one coroutine.
    package var pcallDepth: Int
    /// Host functions that one `host.all` may run at once.
    package var hostCallsInFlight: Int
    /// The size of a value that crosses to the host, in bytes of its encoded form.
    package var resultBytes: Int
    /// Running time of a chunk while it is loaded.
    package var load: Duration

    package init(
        ticks: Int = 5_000_000, slice: Duration = .milliseconds(250), awaited: Duration = .seconds(60),
        memoryBytes: Int = 32 << 20, pcallDepth: Int = 100, hostCallsInFlight: Int = 64, resultBytes: Int = 4 << 20,
        load: Duration = .milliseconds(500)
    ) {
        self.ticks = ticks
        self.slice = slice
        self.awaited = awaited
        self.memoryBytes = memoryBytes
        self.pcallDepth = pcallDepth
        self.hostCallsInFlight = hostCallsInFlight
        self.resultBytes = resultBytes
        self.load = load
    }
}

extension Duration {
    /// Whole nanoseconds, saturating.
    var nanoseconds: Int64 {
        let (seconds, attoseconds) = components
        let (product, overflow) = seconds.multipliedReportingOverflow(by: 1_000_000_000)
        guard !overflow else { return seconds < 0 ? .min : .max }
        let (sum, sumOverflow) = product.addingReportingOverflow(attoseconds / 1_000_000_000)
        return sumOverflow ? .max : sum
    }
}
