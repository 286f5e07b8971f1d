import Ledger
import Vocabulary

/// What a ``Meter`` guards by its mutex; every method is one step, and says whom to wake.
struct MeterState {
    typealias Waiter = CheckedContinuation<Result<Void, BudgetError>, Never>

    /// A caller who waited, and its answer.
    struct Release {
        var waiter: Waiter
        var result: Result<Void, BudgetError>
    }

    var book: BudgetBook
    /// Models that billed more than a bound.
    private(set) var untrustedModels: Set<String> = []
    private var lastTicket = 0
    private var refusal: BudgetError?
    private var waiters: [BudgetTicket: (waiter: Waiter, model: String)] = [:]
    /// Holds that no settlement was begun for.
    private var unsettled: Set<BudgetTicket> = []
    private var interrupted: [Hold] = []

    init(caps: Caps) {
        book = BudgetBook(caps: caps)
    }

    mutating func nextTicket() -> BudgetTicket {
        lastTicket += 1
        return lastTicket
    }

    /// - Returns: The answer; nil when the waiter is kept and answered later.
    mutating func reserve(
        _ ticket: BudgetTicket, _ attribution: Attribution, amount: Picodollars, time: Int64, waiter: Waiter
    ) -> Result<Void, BudgetError>? {
        if let refusal { return .failure(refusal) }
        if book.caps.isCapped, untrustedModels.contains(attribution.model) {
            return .failure(.untrustedBound(model: attribution.model))
        }
        let scopes = Self.scopes(batch: attribution.batch, feature: attribution.feature, time: time)
        switch book.reserve(ticket, amount: amount, scopes: scopes) {
        case .granted:
            unsettled.insert(ticket)
            return .success(())
        case .parked:
            waiters[ticket] = (waiter, attribution.model)
            return nil
        case .refused(let refusal):
            return .failure(BudgetError(refusal))
        }
    }

    /// - Returns: Whether the hold is still to be settled; it counts as begun from here on.
    mutating func beginSettling(_ ticket: BudgetTicket) -> Bool {
        unsettled.remove(ticket) != nil
    }

    mutating func settle(_ ticket: BudgetTicket, _ amount: Picodollars) -> [Release] {
        unsettled.remove(ticket)
        return releases(book.settle(ticket, amount))
    }

    mutating func setCap(_ cap: Picodollars?, for scope: BudgetScope) -> [Release] {
        releases(book.setCap(cap, for: scope))
    }

    /// Takes a waiting request back, because its task was cancelled.
    mutating func withdraw(_ ticket: BudgetTicket) -> [Release] {
        guard let waiter = waiters.removeValue(forKey: ticket)?.waiter else { return [] }
        return [Release(waiter: waiter, result: .failure(.cancelled))] + releases(book.withdraw(ticket))
    }

    /// Trips the breaker of a model that billed more than a bound: it makes no further call under a cap.
    mutating func distrust(_ model: String) -> [Release] {
        untrustedModels.insert(model)
        guard book.caps.isCapped else { return [] }
        return waiters.filter { $0.value.model == model }.keys.sorted().flatMap { ticket -> [Release] in
            guard let waiter = waiters.removeValue(forKey: ticket)?.waiter else { return [] }
            let refused = Release(waiter: waiter, result: .failure(.untrustedBound(model: model)))
            return [refused] + releases(book.withdraw(ticket))
        }
    }

    /// Refuses everything from now on; the first reason stays.
    mutating func refuseAll(_ error: BudgetError) -> [Release] {
        if refusal == nil { refusal = error }
        return book.withdrawAll().compactMap { ticket in
            waiters.removeValue(forKey: ticket).map { Release(waiter: $0.waiter, result: .failure(error)) }
        }
    }

    /// The holds of an earlier process that have no settlement, each handed out once.
    mutating func takeInterrupted() -> [Hold] {
        defer { interrupted = [] }
        return interrupted
    }

    /// Counts what the run's earlier events say.
    mutating func restore(_ events: [RunEvent]) {
        var open: [String: (hold: Hold, scopes: [BudgetScope])] = [:]
        var order: [String] = []
        for event in events {
            switch event.body {
            case .callReserved(let payload):
                let ticket = ticket(of: payload.call)
                let hold = Hold(
                    call: payload.call, amount: payload.amount, attribution: Attribution(event, payload), ticket: ticket
                )
                open[payload.call] = (hold, Self.scopes(batch: event.batch, feature: event.feature, time: event.time))
                order.append(payload.call)
            case .callSettled(let payload):
                guard let call = open.removeValue(forKey: payload.call) else { continue }
                book.charge(payload.amount, to: [.run] + call.scopes)
                if payload.amount > call.hold.amount { untrustedModels.insert(call.hold.attribution.model) }
            default:
                continue
            }
        }
        for call in order.compactMap({ open[$0] }) {
            book.adoptHold(call.hold.ticket, amount: call.hold.amount, scopes: call.scopes)
            interrupted.append(call.hold)
        }
    }

    private static func scopes(batch: BatchID?, feature: FeatureID?, time: Int64) -> [BudgetScope] {
        var scopes: [BudgetScope] = []
        if let batch { scopes.append(.batch(batch)) }
        if let feature { scopes.append(.feature(feature)) }
        scopes.append(.day(UTCTime.day(time)))
        return scopes
    }

    /// New calls are numbered behind all earlier ones, so that a name is never used twice in a run.
    private mutating func ticket(of call: String) -> BudgetTicket {
        let number = call.hasPrefix("c") ? BudgetTicket(call.dropFirst()) : nil
        lastTicket = max(lastTicket + (number == nil ? 1 : 0), number ?? 0)
        return number ?? lastTicket
    }

    private mutating func releases(_ decided: [BudgetBook.Release]) -> [Release] {
        decided.compactMap { release in
            guard let waiter = waiters.removeValue(forKey: release.ticket)?.waiter else { return nil }
            if let refusal = release.refusal { return Release(waiter: waiter, result: .failure(BudgetError(refusal))) }
            unsettled.insert(release.ticket)
            return Release(waiter: waiter, result: .success(()))
        }
    }
}

extension BudgetError {
    init(_ refusal: BudgetBook.Refusal) {
        self = .capReached(scope: refusal.scope, cap: refusal.cap, spent: refusal.spent, asked: refusal.asked)
    }
}

extension Attribution {
    fileprivate init(_ event: RunEvent, _ payload: RunEvent.CallReserved) {
        self.init(
            run: event.run, batch: event.batch, feature: event.feature, stage: event.stage, attempt: event.attempt,
            turn: payload.turn, worker: payload.worker, model: payload.model)
    }
}
