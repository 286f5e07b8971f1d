import Synchronization
import Vocabulary

/// The server's only state: counters, and the record of the last calls.
final class CallBook: Sendable {
    private struct State {
        var statistics = SimulatedStatistics()
        var calls: [SimulatedCall] = []
        /// Position of the oldest call in `calls` once it is full.
        var oldest = 0
        var inFlight = 0
        /// Requests so far, by conversation.
        var counts: [ConversationKey: Int] = [:]
    }

    private let state = Mutex(State())
    private let capacity: Int

    /// - Parameter capacity: How many calls are remembered; 1 at least.
    init(capacity: Int) {
        self.capacity = max(1, capacity)
    }

    /// Counts a request of the conversation.
    ///
    /// - Returns: How many there were before.
    func nextCall(of key: ConversationKey) -> Int {
        state.withLock { state in
            let count = state.counts[key, default: 0]
            state.counts[key] = count + 1
            return count
        }
    }

    /// Bills a call and remembers it. `call.sequence` is set here.
    func record(_ call: SimulatedCall) {
        state.withLock { state in
            var call = call
            call.sequence = state.statistics.total.calls + 1
            state.statistics.total.add(call)
            state.statistics.statuses[String(call.status), default: 0] += 1
            if let fault = call.fault { state.statistics.faults[fault.rawValue, default: 0] += 1 }
            if let feature = call.feature {
                state.statistics.features[feature.rawValue, default: SimulatedBill()].add(call)
            }
            if state.calls.count < capacity {
                state.calls.append(call)
            } else {
                state.calls[state.oldest] = call
                state.oldest = (state.oldest + 1) % capacity
            }
        }
    }

    func began() {
        state.withLock { state in
            state.inFlight += 1
            state.statistics.mostInFlight = max(state.statistics.mostInFlight, state.inFlight)
        }
    }

    func ended() {
        state.withLock { $0.inFlight -= 1 }
    }

    var statistics: SimulatedStatistics {
        state.withLock(\.statistics)
    }

    /// The remembered calls, oldest first.
    var calls: [SimulatedCall] {
        state.withLock { Array($0.calls[$0.oldest...] + $0.calls[..<$0.oldest]) }
    }
}

/// What the headers of a request say it belongs to.
struct ConversationKey: Hashable, Sendable {
    var feature: FeatureID
    var stage: String
    var attempt: Int
}
