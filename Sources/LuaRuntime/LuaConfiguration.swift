/// What a state is opened with.
package struct LuaConfiguration: Sendable {
    /// Finds a module's text by its name (lower-case words joined by dots); nil when there is none. What it throws is raised
    /// at the line of the `require`.
    package typealias ModuleResolver = @Sendable (String) throws -> LuaSource?

    package var limits: LuaLimits
    /// Random numbers of a call depend on this and on the call's argument, and on nothing else.
    package var seed: UInt64
    /// Beside the built-in ones (`host.log`, `host.json`, …), which a function of the same name replaces.
    package var hostFunctions: [HostFunction]
    package var resolveModule: ModuleResolver
    /// Gets what scripts say with `host.log`; called while the script runs, so it must only store.
    package var log: @Sendable (LuaLogEntry) -> Void
    /// Shows the stock string library to scripts as `stock`; for the tests of our own matcher only.
    var exposesStockStrings = false

    package init(
        limits: LuaLimits = LuaLimits(), seed: UInt64 = 0, hostFunctions: [HostFunction] = [],
        resolveModule: @escaping ModuleResolver = { _ in nil },
        log: @escaping @Sendable (LuaLogEntry) -> Void = { _ in }
    ) {
        self.limits = limits
        self.seed = seed
        self.hostFunctions = hostFunctions
        self.resolveModule = resolveModule
        self.log = log
    }
}
