import Foundation

/// Holds a thread of a ``ScriptedServer`` until the test opens it, and tells the test that the thread has come.
final class ThreadGate: Sendable {
    private let semaphore = DispatchSemaphore(value: 0)
    private let arrivals: AsyncStream<Void>
    private let arrived: AsyncStream<Void>.Continuation

    init() {
        (arrivals, arrived) = AsyncStream.makeStream()
    }

    /// For the server's thread.
    func pass() {
        arrived.yield()
        semaphore.wait()
        semaphore.signal()
    }

    /// For the test: returns when `count` threads have come.
    func arrival(of count: Int = 1) async {
        var seen = 0
        for await _ in arrivals {
            seen += 1
            if seen == count { return }
        }
    }

    func open() {
        semaphore.signal()
    }
}
