import Glibc

/// One output stream of a command, as far as it is kept. Used by one thread.
final class CommandOutput {
    /// -1 when the stream is at its end, or when there is none.
    private(set) var descriptor: Int32
    let buffer: OutputBuffer
    private lazy var part = [UInt8](repeating: 0, count: Self.partBytes)

    private static let partBytes = 16_384
    /// Parts that are read at most when the command has ended, more than a pipe holds: somebody who left the command's
    /// group may go on writing for ever.
    private static let restLimit = 128

    init(descriptor: Int32, limitInBytes: Int) {
        self.descriptor = descriptor
        buffer = OutputBuffer(limitInBytes: limitInBytes)
    }

    /// Takes what is there now, without waiting.
    ///
    /// - Returns: Whether there was something.
    @discardableResult
    func read() -> Bool {
        guard descriptor >= 0 else { return false }
        let count = part.withUnsafeMutableBytes { Glibc.read(descriptor, $0.baseAddress, $0.count) }
        if count > 0 {
            part.withUnsafeBytes { buffer.append(UnsafeRawBufferPointer(rebasing: $0[..<count])) }
            return true
        }
        // A stream that cannot be read any more is at its end; the exit status says how the command did.
        if count == 0 || errno != EAGAIN && errno != EINTR { descriptor = -1 }
        return false
    }

    /// Takes what an ended command has left in the pipe.
    func readRest() {
        for _ in 0..<Self.restLimit where !read() { return }
    }
}
