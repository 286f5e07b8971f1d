import PolicyContract
import Synchronization
import Workspaces

/// Gathers the checks of one tree that wait for a slot, so that one command answers all of them.
///
/// The first who asks leads: it waits for a slot, closes its gathering and runs the command; who asks for the same kind
/// meanwhile joins. A check that the leader does not answer is run by whoever asked for it.
final class CheckGatherer: Sendable {
    /// Checks that one command can answer together.
    struct Kind: Hashable, Sendable {
        var tree: ObjectID
        var toolchain: ToolchainName
        var testCommand: [String]?
    }

    /// What somebody who asks for a check has to do.
    enum Part: Sendable {
        case lead(Gathering)
        /// Wait for the leader's answer.
        case join(Answer)
    }

    /// The leader's answer to one who joined.
    struct Answer: Sendable {
        fileprivate let stream: AsyncStream<TestRun>

        /// nil when the leader has none.
        ///
        /// - Throws: `CancellationError`; the leader goes on all the same.
        func wait() async throws -> TestRun? {
            for await run in stream { return run }
            try Task.checkCancellation()
            return nil
        }
    }

    /// The checks that one leader answers, its own first.
    final class Gathering: Sendable {
        fileprivate struct State {
            var judgements: [Judgement]
            var answers: [AsyncStream<TestRun>.Continuation] = []
            var isOpen = true
        }

        fileprivate let state: Mutex<State>

        fileprivate init(_ judgement: Judgement) {
            state = Mutex(State(judgements: [judgement]))
        }

        fileprivate func join(_ judgement: Judgement) -> Answer? {
            state.withLock { state in
                guard state.isOpen, state.judgements.count < CheckGatherer.limit else { return nil }
                let (stream, answer) = AsyncStream<TestRun>.makeStream()
                state.judgements.append(judgement)
                state.answers.append(answer)
                return Answer(stream: stream)
            }
        }

        /// Lets nobody join any more.
        func close() -> [Judgement] {
            state.withLock { state in
                state.isOpen = false
                return state.judgements
            }
        }

        /// Answers those who joined, in the order of ``close()`` without the leader's own; nil leaves it to them.
        func answer(_ runs: [TestRun?]) {
            for (answer, run) in zip(state.withLock(\.answers), runs) {
                if let run { answer.yield(run) }
            }
        }
    }

    /// As many as one command takes without anybody waiting long for its answer.
    static let limit = 64

    private let latest = Mutex<[Kind: Gathering]>([:])

    /// Joins the gathering of that kind, or begins one when there is none, or it is closed or full.
    func take(_ judgement: Judgement, as kind: Kind) -> Part {
        latest.withLock { latest in
            if let answer = latest[kind]?.join(judgement) { return .join(answer) }
            let gathering = Gathering(judgement)
            latest[kind] = gathering
            return .lead(gathering)
        }
    }

    /// Forgets a gathering whose leader is done with it.
    func end(_ gathering: Gathering, _ kind: Kind) {
        latest.withLock { latest in
            if latest[kind] === gathering { latest[kind] = nil }
        }
        _ = gathering.close()
        // Whoever was not answered waits no longer.
        for answer in gathering.state.withLock(\.answers) { answer.finish() }
    }
}
