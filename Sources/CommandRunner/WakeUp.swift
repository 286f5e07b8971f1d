import CLaunchShim
import Glibc

/// Wakes a thread that waits for descriptors, from any other thread.
final class WakeUp: Sendable {
    /// Readable from the first ``ring()`` on.
    let descriptor: Int32

    /// - Throws: ``SystemError`` when the process has no descriptor left.
    init() throws(SystemError) {
        descriptor = ms_event()
        guard descriptor >= 0 else { throw .last }
    }

    deinit {
        close(descriptor)
    }

    func ring() {
        var one: UInt64 = 1
        _ = write(descriptor, &one, MemoryLayout<UInt64>.size)
    }
}
