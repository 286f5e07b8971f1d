/// One program run: what to start, where, with which rights and limits.
package struct Command: Sendable {
    /// The program, as a path or as a name to look for in the `PATH` of ``environment``, then its arguments.
    package var arguments: [String]
    /// The working directory, absolute. In the cage it must lie in a writable, read-only or system path.
    package var directory: String
    /// The complete environment: nothing of our own is inherited. The cage sets `HOME` and `TMPDIR` to its private folders.
    package var environment: [String: String]
    /// What the program reads from standard input; empty means an input that is at its end.
    package var input: [UInt8]
    package var timeout: Duration
    /// How much of each output stream is kept: the beginning and the end, with a line between them that says what is cut.
    package var outputLimitInBytes: Int
    /// Absolute paths that exist and that the cage may change.
    package var writablePaths: [String]
    /// Absolute paths that the cage may read besides the system; those that do not exist are left out. A path inside a
    /// writable one is read-only again, and the other way round.
    package var readOnlyPaths: [String]
    package var limits: ResourceLimits
    /// Whether the sandbox holds for it. Only a command that nobody but the host wrote, such as git, goes without.
    package var isCaged: Bool
    /// Whether standard error is kept apart; otherwise both streams come in one, as the program wrote them.
    package var separatesStandardError: Bool

    package init(
        arguments: [String], directory: String, environment: [String: String] = [:], input: [UInt8] = [],
        timeout: Duration = .seconds(120), outputLimitInBytes: Int = 1 << 20, writablePaths: [String] = [],
        readOnlyPaths: [String] = [], limits: ResourceLimits = ResourceLimits(), isCaged: Bool = true,
        separatesStandardError: Bool = false
    ) {
        self.arguments = arguments
        self.directory = directory
        self.environment = environment
        self.input = input
        self.timeout = timeout
        self.outputLimitInBytes = outputLimitInBytes
        self.writablePaths = writablePaths
        self.readOnlyPaths = readOnlyPaths
        self.limits = limits
        self.isCaged = isCaged
        self.separatesStandardError = separatesStandardError
    }
}
