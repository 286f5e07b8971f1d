package import Vocabulary

/// The text of a chunk and the name under which errors show it.
package struct LuaSource: Sendable, Hashable {
    /// Lua source text; bytecode is refused.
    package var bytes: [UInt8]
    /// The file as the user knows it, such as `recipes/tdd.lua`; only its last 57 bytes show in messages.
    package var chunkName: String

    package init(bytes: [UInt8], chunkName: String) {
        self.bytes = bytes
        self.chunkName = chunkName
    }

    package init(_ text: String, chunkName: String) {
        self.init(bytes: Array(text.utf8), chunkName: chunkName)
    }
}

/// A value that a loaded chunk returned; meaningful in the state that made it only.
package struct LuaReference: Sendable, Hashable {
    let number: Int32
}

/// What a call returned and what it used.
package struct LuaResult: Sendable, Hashable {
    package var value: Value
    /// Deterministic: instructions and charges.
    package var ticks: Int
    /// Wall-clock time, waiting included.
    package var duration: Duration
    /// Processor time; zero for a call that waited, because it may have changed threads.
    package var cpuTime: Duration

    package init(value: Value, ticks: Int, duration: Duration, cpuTime: Duration = .zero) {
        self.value = value
        self.ticks = ticks
        self.duration = duration
        self.cpuTime = cpuTime
    }
}
