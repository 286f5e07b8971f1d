import CLuaShim
package import Vocabulary

/// What an immediate host function may ask of the script that calls it; valid until the function returns.
package struct HostCallScope {
    private let state: LuaState
    private let call: OpaquePointer

    init(state: LuaState, call: OpaquePointer) {
        self.state = state
        self.call = call
    }

    /// Where the script stands; nil when no Lua function is running.
    package var position: (file: String, line: Int)? {
        guard let buffer = ms_buffer_new() else { return nil }
        defer { ms_buffer_free(buffer) }
        let line = ms_call_position(call, buffer)
        guard line > 0 else { return nil }
        var count: Int64 = 0
        let bytes = ms_buffer_bytes(buffer, &count)
        return (String(decoding: UnsafeBufferPointer(start: bytes, count: Int(count)), as: UTF8.self), Int(line))
    }

    /// Makes the script pay for work that its arguments' size does not show.
    package func charge(ticks: Int) {
        ms_call_charge(call, Int64(ticks))
    }

    /// Calls back into the state, on what is left of the caller's budget.
    ///
    /// - Throws: ``LuaError``; about 190 levels of calls inside each other are a `C stack overflow`, which scripts can catch.
    package func call(
        _ reference: LuaReference, path: [String], argument: Value
    ) throws(LuaError) -> LuaResult {
        try state.callNow(reference, path: path, argument: argument, parent: call)
    }
}
