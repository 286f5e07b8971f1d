import Metering
import ModelAPI
import Synchronization
import Vocabulary

/// A meter that counts: what was reserved, what was settled how, and what is still held.
final class FakeMeter: CallMeter {
    struct Settlement: Equatable, Sendable {
        var charge: CallCharge
        var hasAnswer: Bool
    }

    private struct State {
        var nextHold = 0
        var held: Set<Int> = []
        var settlements: [Settlement] = []
        var faults: [String] = []
        var attributions: [Attribution] = []
        var bodies: [[UInt8]] = []
        var refusal: ModelCallError?
    }

    private let state = Mutex(State())
    private let onReserve: @Sendable () -> Void

    /// Makes a meter that refuses every reservation with `refusal` if that is set.
    init(refusal: ModelCallError? = nil, onReserve: @escaping @Sendable () -> Void = {}) {
        self.onReserve = onReserve
        state.withLock { $0.refusal = refusal }
    }

    var reservations: Int { state.withLock { $0.nextHold } }
    var heldCount: Int { state.withLock { $0.held.count } }
    var settlements: [Settlement] { state.withLock { $0.settlements } }
    var charges: [CallCharge] { settlements.map(\.charge) }
    /// Holds that were settled twice or never existed.
    var faults: [String] { state.withLock { $0.faults } }
    var attributions: [Attribution] { state.withLock { $0.attributions } }
    var bodies: [[UInt8]] { state.withLock { $0.bodies } }

    func reserve(
        _ attribution: Attribution, body: [UInt8], outputTokens: Int, serviceTier: String?
    ) async throws(ModelCallError) -> Int {
        if let refusal = state.withLock({ $0.refusal }) { throw refusal }
        onReserve()
        return state.withLock { state in
            state.nextHold += 1
            state.held.insert(state.nextHold)
            state.attributions.append(attribution)
            state.bodies.append(body)
            return state.nextHold
        }
    }

    func settle(_ hold: Int, _ charge: CallCharge, answer: Value?) async {
        state.withLock { state in
            if state.held.remove(hold) == nil { state.faults.append("hold \(hold) is not open") }
            if Task.isCancelled { state.faults.append("hold \(hold) was settled in a cancelled task") }
            state.settlements.append(Settlement(charge: charge, hasAnswer: answer != nil))
        }
    }
}

/// A pacer that never waits and remembers what it was told.
final class FakePacer: CallPacer {
    private let state = Mutex((open: 0, observations: [PaceObservation]()))

    var openPermits: Int { state.withLock { $0.open } }
    var observations: [PaceObservation] { state.withLock { $0.observations } }

    func wait(model: String, tokens: Int) async throws(CancellationError) {
        if Task.isCancelled { throw CancellationError() }
        state.withLock { $0.open += 1 }
    }

    func finish(_ permit: Void, _ observation: PaceObservation) {
        state.withLock { state in
            state.open -= 1
            state.observations.append(observation)
        }
    }
}
