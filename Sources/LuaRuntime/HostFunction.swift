package import Vocabulary

/// A function of the host that scripts can call.
///
/// A script passes one value, usually a table. Without an argument the function gets `.null`; several positional arguments
/// arrive as a list. It returns one value. What it throws is raised at the caller's line: a ``LuaFailure`` as by `host.fail`,
/// anything else as an error with its description.
package struct HostFunction: Sendable {
    package enum Kind: Sendable {
        /// Runs at once, on the caller's thread, between two instructions: it must be quick. The scope is never nil when a
        /// script calls.
        case immediate(@Sendable (Value, HostCallScope?) throws -> Value)
        /// The script waits for it; other calls of the state go on.
        case suspending(@Sendable (Value) async throws -> Value)
    }

    /// Dotted, such as `host.read`: the tables on the way are made and can not be written by scripts.
    package let name: String
    package let kind: Kind

    package init(name: String, kind: Kind) {
        self.name = name
        self.kind = kind
    }

    /// Whether a script waits for it.
    package var isSuspending: Bool {
        if case .suspending = kind { true } else { false }
    }
}

/// A deliberate failure, as a script raises it with `host.fail(message, { retryable = true })`.
package struct LuaFailure: Error, Sendable, Hashable, CustomStringConvertible {
    package var message: String
    package var isRetryable: Bool

    package init(_ message: String, isRetryable: Bool = false) {
        self.message = message
        self.isRetryable = isRetryable
    }

    package var description: String {
        message
    }
}
