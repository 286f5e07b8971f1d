import Synchronization

/// A request body that knows whether anybody has begun to read it.
///
/// The HTTP client copies a collection only when it writes it, after the connection is made and the head is sent. As long as
/// that has not happened, no model can have run, whatever the error: a wrong name, a refused connection, a failed handshake.
struct WatchedBody: RandomAccessCollection, Sendable {
    final class Watch: Sendable {
        private let flag = Atomic(false)

        var isRead: Bool { flag.load(ordering: .acquiring) }

        fileprivate func set() { flag.store(true, ordering: .releasing) }
    }

    let bytes: [UInt8]
    let watch = Watch()

    init(_ bytes: [UInt8]) {
        self.bytes = bytes
    }

    var startIndex: Int { 0 }
    var endIndex: Int { bytes.count }

    subscript(position: Int) -> UInt8 {
        watch.set()
        return bytes[position]
    }

    func withContiguousStorageIfAvailable<Result>(
        _ body: (UnsafeBufferPointer<UInt8>) throws -> Result
    ) rethrows -> Result? {
        watch.set()
        return try bytes.withContiguousStorageIfAvailable(body)
    }
}
