import Synchronization

/// User ids that belong to nobody, one for each cage that runs now.
///
/// The kernel counts processes by user id, so an id of its own gives each cage its own limit. The range is the one that
/// Debian keeps free for such uses (60000 to 64999) without the part that systemd takes.
final class CageIdentities: Sendable {
    private let used = Mutex(Set<UInt32>())
    private static let range: ClosedRange<UInt32> = 61_000...64_999

    /// A free id, by chance, because another host process may lease from the same range; when few are free, one is shared.
    func lease() -> UInt32 {
        used.withLock { used in
            let draws = (0..<64).lazy.map { _ in UInt32.random(in: Self.range) }
            let identity = draws.first { !used.contains($0) } ?? Self.range.lowerBound
            used.insert(identity)
            return identity
        }
    }

    func release(_ identity: UInt32) {
        _ = used.withLock { $0.remove(identity) }
    }
}
