/// How a command ended and what it printed.
package struct CommandResult: Equatable, Sendable {
    package enum Termination: Equatable, Sendable {
        case exited(Int32)
        case signaled(Int32)
        /// Ended by us, because its time was over.
        case timedOut
    }

    package var termination: Termination
    /// Standard output; standard error too, unless the command asked for it apart.
    package var output: [UInt8]
    /// Empty unless the command asked for it apart.
    package var standardError: [UInt8]
    /// Whether output was cut at the limit.
    package var isTruncated: Bool
    package var duration: Duration
    /// Processor time of the command and of the children that it waited for; nil when unknown.
    package var cpuTime: Duration?

    package init(
        termination: Termination, output: [UInt8], standardError: [UInt8] = [], isTruncated: Bool = false,
        duration: Duration, cpuTime: Duration? = nil
    ) {
        self.termination = termination
        self.output = output
        self.standardError = standardError
        self.isTruncated = isTruncated
        self.duration = duration
        self.cpuTime = cpuTime
    }

    /// The exit status as a shell gives it: 128 + n for signal n, 124 for a command whose time was over.
    package var exitCode: Int {
        switch termination {
        case .exited(let code): Int(code)
        case .signaled(let signal): 128 + Int(signal)
        case .timedOut: 124
        }
    }

    /// Whether the command ended by itself with 0.
    package var isSuccess: Bool {
        termination == .exited(0)
    }

    /// Whether its time was over.
    package var isTimedOut: Bool {
        termination == .timedOut
    }

    /// ``output`` as text, invalid UTF-8 repaired.
    package var text: String {
        String(decoding: output, as: UTF8.self)
    }

    /// ``standardError`` as text, invalid UTF-8 repaired.
    package var errorText: String {
        String(decoding: standardError, as: UTF8.self)
    }
}
