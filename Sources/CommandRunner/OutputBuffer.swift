import Synchronization

/// Keeps the beginning and the end of a stream of unknown length.
///
/// A failure is explained at the end of an output as often as at its beginning, so what goes over the limit is taken out of
/// the middle.
final class OutputBuffer: Sendable {
    private struct State {
        var head: [UInt8] = []
        var tail: [UInt8] = []
        var received = 0
    }

    private let headLimit: Int
    private let tailLimit: Int
    private let state = Mutex(State())

    init(limitInBytes: Int) {
        headLimit = max(limitInBytes, 0) / 2
        tailLimit = max(limitInBytes, 0) - headLimit
    }

    /// Whether more came than is kept.
    var isTruncated: Bool {
        state.withLock { $0.received > headLimit + tailLimit }
    }

    func append(_ bytes: UnsafeRawBufferPointer) {
        state.withLock { state in
            state.received += bytes.count
            let first = bytes.prefix(headLimit - state.head.count)
            state.head.append(contentsOf: first)
            state.tail.append(contentsOf: bytes.dropFirst(first.count).suffix(tailLimit))
            // Cut only now and then: moving the tail for each small write would be quadratic.
            if state.tail.count > 2 * tailLimit { state.tail.removeFirst(state.tail.count - tailLimit) }
        }
    }

    /// All bytes, or beginning, a line that says how much is missing, and end.
    var bytes: [UInt8] {
        state.withLock { state in
            let missing = state.received - headLimit - tailLimit
            guard missing > 0 else { return state.head + state.tail }
            return state.head + Array("\n[... \(missing) bytes of output cut here ...]\n".utf8)
                + state.tail.suffix(tailLimit)
        }
    }
}
