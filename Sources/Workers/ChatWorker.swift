package import Logging
import ModelAPI
import PolicyContract
import Synchronization

/// The built-in worker: a loop of chat completions and tools, with all edits in memory.
///
/// It holds no worktree and no process; a thousand attempts at once cost their conversations.
package struct ChatWorker: Worker {
    package let name: String
    private let clock: any Clock<Duration>
    private let logger: Logger

    package init(
        name: String = "chat", clock: any Clock<Duration> = ContinuousClock(), logger: Logger = .current
    ) {
        self.name = name
        self.clock = clock
        self.logger = logger
    }

    package func perform(_ assignment: StageAssignment, with services: StageServices) async throws -> StageResult {
        let progress = Progress(try await ChatSession(assignment, services))
        let clock = clock
        return try await withThrowingTaskGroup(of: StageResult?.self) { group in
            group.addTask { try await converse(progress, services) }
            group.addTask {
                try await clock.sleep(for: assignment.limits.time)
                return nil
            }
            defer { group.cancelAll() }
            if let result = try await group.next() ?? nil { return result }
            try Task.checkCancellation()
            return progress.session.timedOut(after: assignment.limits.time)
        }
    }

    private func converse(_ progress: Progress, _ services: StageServices) async throws -> StageResult {
        var session = progress.session
        while let (request, turn) = session.nextRequest {
            try Task.checkCancellation()
            let answer: ChatAnswer
            do throws(ModelCallError) {
                answer = try await services.model.complete(request, turn: turn)
            } catch {
                if error == .cancelled { throw CancellationError() }
                return session.result(.gaveUp(Failure(error)), callError: error)
            }
            if let summary = try await session.take(answer) {
                return session.result(.finished(summary: summary))
            }
            progress.session = session
        }
        let reason = session.giveUpReason ?? "the model did not finish"
        logger.debug("Worker gave up", metadata: ["worker.id": "\(name)", "worker.reason": "\(reason)"])
        return session.result(.gaveUp(session.failure(.workerGaveUp, reason)))
    }
}

extension ChatSession {
    fileprivate func timedOut(after limit: Duration) -> StageResult {
        result(.gaveUp(failure(.timeout, "the attempt did not end within \(limit.components.seconds) s")))
    }
}

/// The session after its last whole turn, for when the time is over in the middle of one.
private final class Progress: Sendable {
    private let state: Mutex<ChatSession>

    init(_ session: ChatSession) {
        state = Mutex(session)
    }

    var session: ChatSession {
        get { state.withLock { $0 } }
        set { state.withLock { $0 = newValue } }
    }
}
