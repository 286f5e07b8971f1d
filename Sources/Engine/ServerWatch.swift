import Ledger
package import ModelAPI
import PolicyContract
import Synchronization
package import Vocabulary

/// Knows whether the model server answers anybody, tells people when it does not, and makes all but one feature wait then.
package final class ServerWatch: Sendable {
    private struct State {
        var outage = ServerOutage()
        var since = ContinuousClock.now
        var lastTold: ContinuousClock.Instant?
        var nextWaiter = 0
        var waiters: [Int: AsyncStream<Void>.Continuation] = [:]

        /// Those who wait, and wait no more.
        mutating func takeWaiters() -> [AsyncStream<Void>.Continuation] {
            defer { waiters = [:] }
            return Array(waiters.values)
        }
    }

    /// The shortest time between two lines about one outage.
    private static let quietTime = Duration.seconds(30)

    private let journal: Journal
    private let host: String
    private let state = Mutex(State())

    /// Makes a watch that tells of the server under the name of its host.
    package init(journal: Journal, host: String) {
        self.journal = journal
        self.host = host
    }

    /// Takes what an HTTP attempt of a feature showed.
    package func note(_ contact: ServerContact, by feature: FeatureID) {
        let ended = state.withLock { state -> (waiters: [AsyncStream<Void>.Continuation], message: String?)? in
            let wasOut = state.outage.reason != nil
            state.outage.note(contact, by: feature)
            let isOut = state.outage.reason != nil
            guard wasOut != isOut else { return nil }
            let (since, wasTold) = (state.since, state.lastTold != nil)
            state.since = .now
            state.lastTold = nil
            guard wasOut else { return nil }
            let message = "the model server \(host) answers again, after \((state.since - since).words)"
            return (state.takeWaiters(), wasTold ? message : nil)
        }
        for waiter in ended?.waiters ?? [] { waiter.finish() }
        if let message = ended?.message { journal.post(.notice(RunEvent.Notice(level: .info, message: message))) }
    }

    /// Whether the server answers nobody at the moment.
    var isOut: Bool {
        state.withLock { $0.outage.reason != nil }
    }

    /// The outage in a sentence; nil when there is none.
    var problem: String? {
        state.withLock(\.outage.reason).map { "no answer from the model server \(host) (\($0))" }
    }

    /// - Returns: nil when the feature may ask now, else a stream that ends when it is worth asking for leave again.
    func enter(_ feature: FeatureID) -> AsyncStream<Void>? {
        state.withLock { state in
            guard !state.outage.enter(feature) else { return nil }
            let (stream, continuation) = AsyncStream.makeStream(of: Void.self)
            state.nextWaiter += 1
            state.waiters[state.nextWaiter] = continuation
            return stream
        }
    }

    /// Gives the next feature its turn.
    func leave(_ feature: FeatureID) {
        let waiters = state.withLock { state in
            state.outage.leave(feature)
            return state.takeWaiters()
        }
        for waiter in waiters { waiter.finish() }
    }

    /// What policy `retry` is told when the feature that may ask got no answer; nil when the outage is over.
    func triedInVain() -> RetryContext.Outage? {
        state.withLock { state in
            guard state.outage.reason != nil else { return nil }
            state.outage.triedInVain()
            return RetryContext.Outage(tries: state.outage.tries, duration: ContinuousClock.now - state.since)
        }
    }

    /// Says what is waited for; not for each of many short waits.
    func tell(waiting delay: Duration?) {
        let message = state.withLock { state -> String? in
            guard let reason = state.outage.reason else { return nil }
            let now = ContinuousClock.now
            let isFirst = state.lastTold == nil
            if let last = state.lastTold, now - last < Self.quietTime { return nil }
            state.lastTold = now
            let begin = isFirst ? "no answer" : "still no answer"
            let time = isFirst ? "" : " after \((now - state.since).words)"
            let next = delay.map { "in \($0.words)" } ?? "now"
            return "\(begin) from the model server \(host) (\(reason))\(time): trying again \(next)"
        }
        if let message { journal.post(.notice(RunEvent.Notice(level: .warning, message: message))) }
    }
}
