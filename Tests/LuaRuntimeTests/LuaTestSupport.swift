import LuaRuntime
import Vocabulary

/// A state with one chunk that returned one function.
struct Script {
    let state: LuaState
    let function: LuaReference

    /// `body` is the inside of `function(c) … end`.
    init(_ body: String, _ configuration: LuaConfiguration = LuaConfiguration()) throws {
        state = try LuaState(configuration: configuration)
        function = try state.load(LuaSource("return function(c) \(body)\nend", chunkName: "script.lua"))
    }

    func run(_ argument: Value = .null) throws(LuaError) -> Value {
        try state.callNow(function, argument: argument).value
    }

    /// How the call ended; nil when it returned.
    func failure(_ argument: Value = .null) -> LuaError? {
        do {
            _ = try run(argument)
            return nil
        } catch {
            return error
        }
    }

    nonisolated(nonsending) func wait(_ argument: Value = .null) async throws(LuaError) -> Value {
        try await state.call(function, argument: argument).value
    }
}

/// Runs the inside of a function and returns its value.
func lua(_ body: String, _ argument: Value = .null, _ configuration: LuaConfiguration = LuaConfiguration()) throws
    -> Value
{
    try Script(body, configuration).run(argument)
}

func seconds(_ body: () throws -> Void) rethrows -> Double {
    let duration = try ContinuousClock().measure(body)
    return Double(duration.components.seconds) + Double(duration.components.attoseconds) * 1e-18
}
