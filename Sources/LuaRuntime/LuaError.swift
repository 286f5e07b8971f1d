/// A script failed, or was ended: what, where, and by which way it came there.
package struct LuaError: Error, Sendable, Hashable, CustomStringConvertible {
    /// Why a call has no result.
    package enum Kind: Sendable, Hashable {
        /// The text is no Lua, or no text.
        case syntax
        /// An error of the script, raised by itself or by the Lua machine.
        case runtime
        /// More instructions than ``LuaLimits/ticks``.
        case ticks
        /// A slice longer than ``LuaLimits/slice``, or a load longer than ``LuaLimits/load``.
        case time
        /// More time in host functions than ``LuaLimits/awaited``.
        case awaited
        /// More memory than ``LuaLimits/memoryBytes``.
        case memory
        /// The task that made the call was cancelled.
        case cancelled
        /// A value can not cross the border; the message names its path.
        case conversion
        /// A host function failed and the script did not handle it.
        case hostCall
        /// The script called `host.fail`.
        case failed(isRetryable: Bool)
        /// The function that was to be called is not there.
        case notFound
    }

    package var kind: Kind
    /// One line, with `file:line:` where there is one.
    package var message: String
    /// The Lua functions that were running, innermost first, a line each; empty when none was.
    package var trace: String
    /// The chunk's name, shortened as Lua does; nil without a position.
    package var file: String?
    package var line: Int?

    package init(kind: Kind, message: String, trace: String = "", file: String? = nil, line: Int? = nil) {
        self.kind = kind
        self.message = message
        self.trace = trace
        self.file = file
        self.line = line
    }

    /// Whether a limit or a cancellation ended the call, which the script could not prevent.
    package var isKill: Bool {
        switch kind {
        case .ticks, .time, .awaited, .memory, .cancelled: true
        case .syntax, .runtime, .conversion, .hostCall, .failed, .notFound: false
        }
    }

    package var description: String {
        trace.isEmpty ? message : "\(message)\n\(trace)"
    }
}
