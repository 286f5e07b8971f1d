/// Limits that a pack asks for itself; the host takes the smaller of these and its own, so they can only get tighter.
package struct PackLimits: Equatable, Sendable {
    package var ticks: Int?
    /// Running time between two awaits.
    package var slice: Duration?
    /// Awaited time in all.
    package var awaited: Duration?
    package var memoryBytes: Int?
    package var pcallDepth: Int?
    package var hostCallsInFlight: Int?
    package var resultBytes: Int?
    /// Time to load the pack.
    package var load: Duration?

    package init(
        ticks: Int? = nil, slice: Duration? = nil, awaited: Duration? = nil, memoryBytes: Int? = nil,
        pcallDepth: Int? = nil, hostCallsInFlight: Int? = nil, resultBytes: Int? = nil, load: Duration? = nil
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
