import Vocabulary

/// The host functions that every script has: they compute, and reach nothing outside.
enum BuiltInFunctions {
    /// Those of the configuration replace a built-in one of the same name.
    static func all(for configuration: LuaConfiguration) -> [HostFunction] {
        let own = configuration.hostFunctions
        let names = Set(own.map(\.name))
        let builtIn =
            [fail, log(to: configuration.log), template] + json + text + glob
            + waitingForSeveral(of: own, atMost: configuration.limits.hostCallsInFlight)
        return builtIn.filter { !names.contains($0.name) } + own
    }

    static func immediate(
        _ name: String, _ body: @escaping @Sendable (Arguments) throws -> Value
    ) -> HostFunction {
        HostFunction(
            name: name,
            kind: .immediate { value, scope in
                try body(Arguments(function: name, value: value, scope: scope))
            })
    }

    private static let fail = immediate("host.fail") { arguments in
        throw LuaFailure(
            try arguments.string(0, "message"),
            isRetryable: arguments.options(1)["retryable"]?.boolValue ?? false)
    }

    private static func log(to sink: @escaping @Sendable (LuaLogEntry) -> Void) -> HostFunction {
        immediate("host.log") { arguments in
            var entry = try arguments.logEntry()
            if let position = arguments.scope?.position { (entry.file, entry.line) = position }
            sink(entry)
            return .null
        }
    }
}
