import CLaunchShim

/// A thread for code that waits in system calls, which must not hold a thread of the tasks.
enum OwnThread {
    private final class Body: Sendable {
        let run: @Sendable () -> Void

        init(_ run: @escaping @Sendable () -> Void) {
            self.run = run
        }
    }

    /// What such code calls needs little of it; thousands may stand side by side.
    private static let stackBytes = 256 << 10

    /// Runs `body` on a new thread and waits for it without blocking.
    ///
    /// - Throws: What `body` throws; ``SystemError`` when there can be no more threads, and `body` was not called then.
    static func run<Value: Sendable>(_ body: @escaping @Sendable () throws -> Value) async throws -> Value {
        try await withCheckedThrowingContinuation { continuation in
            if let error = start({ continuation.resume(with: Result(catching: body)) }) {
                continuation.resume(throwing: error)
            }
        }
    }

    private static func start(_ body: @escaping @Sendable () -> Void) -> SystemError? {
        let box = Unmanaged.passRetained(Body(body))
        let code = ms_thread(
            { argument in
                guard let argument else { return }
                Unmanaged<Body>.fromOpaque(argument).takeRetainedValue().run()
            }, box.toOpaque(), stackBytes)
        guard code != 0 else { return nil }
        box.release()
        return SystemError(code: code)
    }
}
