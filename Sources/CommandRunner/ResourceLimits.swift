/// What one command may use, besides time and output.
///
/// All but ``processes`` hold for each process alone, as the kernel counts them.
package struct ResourceLimits: Hashable, Sendable {
    /// Processes and threads of the command together, 1 or more; without a cage it is not applied, because the kernel
    /// would count everything that the user runs.
    package var processes: Int
    /// The longest file that can be written.
    package var fileSizeInBytes: Int
    package var openFiles: Int
    /// Private writable memory; nil: no limit. Address space that a runtime only reserves does not count.
    package var memoryInBytes: Int?
    /// Processor time of one process; nil: no limit.
    package var cpuTime: Duration?
    /// The size of the private `/tmp` of the cage, which is memory.
    package var temporaryBytes: Int

    package init(
        processes: Int = 256, fileSizeInBytes: Int = 256 << 20, openFiles: Int = 1024, memoryInBytes: Int? = 4 << 30,
        cpuTime: Duration? = nil, temporaryBytes: Int = 256 << 20
    ) {
        self.processes = processes
        self.fileSizeInBytes = fileSizeInBytes
        self.openFiles = openFiles
        self.memoryInBytes = memoryInBytes
        self.cpuTime = cpuTime
        self.temporaryBytes = temporaryBytes
    }
}
