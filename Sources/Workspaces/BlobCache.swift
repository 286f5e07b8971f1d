import Synchronization

/// The contents of small files that were read or written lately: what one feature wrote is soon tested, shown and merged.
final class BlobCache: Sendable {
    private struct State {
        var contents: [ObjectID: [UInt8]] = [:]
        var size = 0
    }

    private static let sizeLimit = 16 << 20
    private static let contentLimit = 64 << 10

    private let state = Mutex(State())

    func content(of id: ObjectID) -> [UInt8]? {
        state.withLock { $0.contents[id] }
    }

    func keep(_ content: [UInt8], of id: ObjectID) {
        guard content.count <= Self.contentLimit else { return }
        state.withLock { state in
            if state.size + content.count > Self.sizeLimit { state = State() }
            if state.contents.updateValue(content, forKey: id) == nil { state.size += content.count }
        }
    }
}
