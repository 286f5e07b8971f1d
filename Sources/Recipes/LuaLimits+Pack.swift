import LuaRuntime
import Packs

extension LuaLimits {
    /// The host's limits, tightened by what a pack asks for.
    init(_ pack: PackLimits) {
        self.init()
        ticks = min(ticks, pack.ticks ?? ticks)
        slice = min(slice, pack.slice ?? slice)
        awaited = min(awaited, pack.awaited ?? awaited)
        memoryBytes = min(memoryBytes, pack.memoryBytes ?? memoryBytes)
        pcallDepth = min(pcallDepth, pack.pcallDepth ?? pcallDepth)
        hostCallsInFlight = min(hostCallsInFlight, pack.hostCallsInFlight ?? hostCallsInFlight)
        resultBytes = min(resultBytes, pack.resultBytes ?? resultBytes)
        load = min(load, pack.load ?? load)
    }
}
