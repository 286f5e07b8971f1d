package import Ledger
import Synchronization
package import Vocabulary

/// Money that is set aside for one HTTP attempt; it must be settled, and can be only once.
package struct Hold: Hashable, Sendable {
    /// The call's name in the ledger, unique in the run.
    package let call: String
    package let amount: Picodollars
    package let attribution: Attribution
    let ticket: BudgetTicket
}

/// The one owner of a run's money.
///
/// Before each HTTP attempt ``reserve(_:amount:)`` sets its worst price aside in every scope and makes that durable; after
/// it ``settle(_:_:answer:)`` replaces the hold by what was really spent. In the ledger too, any prefix of the events has
/// settled and held money within the caps: a hold is released in memory only after its settlement is on the disk.
package final class Meter: Sendable {
    package let run: RunID
    package let prices: PriceBook
    private let ledger: Ledger
    private let now: @Sendable () -> Int64
    private let state: Mutex<MeterState>

    /// Makes the meter of a run, with what the run has spent before.
    ///
    /// - Parameters:
    ///   - ledger: Where reservations and settlements go.
    ///   - run: The run.
    ///   - prices: The prices that the run uses.
    ///   - caps: The caps in force.
    ///   - events: The run's own earlier events; others than reservations and settlements are ignored. Calls without a
    ///     settlement are held until ``settleInterrupted()``.
    ///   - spentElsewhereToday: What other runs of the ledger spent today, see ``Ledger/Ledger/charges(since:excluding:)``.
    ///   - now: The wall clock, in milliseconds since 1970 in UTC.
    package init(
        ledger: Ledger, run: RunID, prices: PriceBook, caps: Caps, restoring events: [RunEvent] = [],
        spentElsewhereToday: Picodollars = .zero, now: @escaping @Sendable () -> Int64 = { UTCTime.now() }
    ) {
        self.ledger = ledger
        self.run = run
        self.prices = prices
        self.now = now
        var restored = MeterState(caps: caps)
        restored.restore(events)
        restored.book.charge(spentElsewhereToday, to: [.day(UTCTime.day(now()))])
        state = Mutex(restored)
    }

    /// Sets `amount` aside before a model call is made, and returns when that is durable.
    ///
    /// Settled and reserved money together never pass a cap, also when a thousand workers ask at once. If only holds of
    /// other calls are in the way, it waits for them, first come, first served.
    /// - Parameters:
    ///   - attribution: Who the call is for; its batch and feature are scopes beside the run and the day.
    ///   - amount: The worst price that the call can have, see ``ModelPrice/worstCase(inputBound:outputCap:answers:service:writesLongCache:)``.
    /// - Returns: The hold, which the caller must settle.
    /// - Throws: ``BudgetError``; nothing is reserved then, and no byte of the call may be sent.
    package func reserve(_ attribution: Attribution, amount: Picodollars) async throws(BudgetError) -> Hold {
        let time = now()
        let ticket = state.withLock { $0.nextTicket() }
        try await admit(ticket, attribution, amount: amount, time: time)
        let hold = Hold(call: "c\(ticket)", amount: amount, attribution: attribution, ticket: ticket)
        try await record(hold, time: time)
        if Task.isCancelled {
            await settle(hold, .nothing(reason: "cancelled before it was sent"))
            throw .cancelled
        }
        return hold
    }

    /// Replaces a hold by what the call cost, and returns when that is durable. Cancellation does not stop it.
    ///
    /// An actual cost above the hold is charged as it is, and trips the breaker: no further call of that model.
    /// - Parameters:
    ///   - hold: A hold of ``reserve(_:amount:)``.
    ///   - settlement: How the call ended.
    ///   - answer: What the model answered, to be found again by a resume.
    /// - Returns: What was charged; nil when the hold was settled before, or the ledger cannot be written (then the hold
    ///   stays, and no call is made any more).
    @discardableResult
    package func settle(_ hold: Hold, _ settlement: Settlement, answer: Value? = nil) async -> Picodollars? {
        guard state.withLock({ $0.beginSettling(hold.ticket) }) else { return nil }
        let payload = Self.payload(hold, settlement, answer)
        do throws(LedgerError) {
            try await ledger.append(events(for: hold, payload))
        } catch {
            fail(with: error)
            return nil
        }
        resume(
            state.withLock { state in
                let distrusted = payload.amount > hold.amount ? state.distrust(hold.attribution.model) : []
                return distrusted + state.settle(hold.ticket, payload.amount)
            })
        return payload.amount
    }

    /// Settles the calls that an earlier process left open, each at its full hold.
    ///
    /// Must be called before the run goes on; a second call, also after a crash in between, charges nothing twice.
    /// - Returns: How many there were.
    /// - Throws: ``BudgetError/ledger(_:)``; the calls stay held then.
    @discardableResult
    package func settleInterrupted() async throws(BudgetError) -> Int {
        let holds = state.withLock { $0.takeInterrupted() }
        let time = now()
        let events = holds.map { hold in
            event(
                hold.attribution, time: time,
                .callSettled(Self.payload(hold, .unknown(reason: "interrupted"), nil)))
        }
        do throws(LedgerError) {
            try await ledger.append(events)
        } catch {
            fail(with: error)
            throw .ledger(error)
        }
        for hold in holds { resume(state.withLock { $0.settle(hold.ticket, hold.amount) }) }
        return holds.count
    }

    /// What is spent and held now.
    package func snapshot() -> BudgetSnapshot {
        state.withLock { BudgetSnapshot(book: $0.book, untrustedModels: $0.untrustedModels) }
    }

    /// What is spent in one scope now.
    package func settled(on scope: BudgetScope) -> Picodollars {
        state.withLock { $0.book[scope].settled }
    }

    /// Changes the cap of a scope; who waits and fits now goes on.
    package func raise(_ cap: Picodollars?, for scope: BudgetScope = .run) {
        resume(state.withLock { $0.setCap(cap, for: scope) })
    }

    /// Refuses every reservation from now on, those that wait as well; open holds can still be settled.
    package func stop() {
        resume(state.withLock { $0.refuseAll(.stopped) })
    }

    private func admit(
        _ ticket: BudgetTicket, _ attribution: Attribution, amount: Picodollars, time: Int64
    ) async throws(BudgetError) {
        let result: Result<Void, BudgetError> = await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                let decided = state.withLock { state in
                    // The cancellation handler may have run before the ticket was in the table.
                    if Task.isCancelled { return Result<Void, BudgetError>?.some(.failure(.cancelled)) }
                    return state.reserve(ticket, attribution, amount: amount, time: time, waiter: continuation)
                }
                if let decided { continuation.resume(returning: decided) }
            }
        } onCancel: {
            resume(state.withLock { $0.withdraw(ticket) })
        }
        try result.get()
    }

    private func record(_ hold: Hold, time: Int64) async throws(BudgetError) {
        let reservation = RunEvent.CallReserved(
            call: hold.call, amount: hold.amount, model: hold.attribution.model, worker: hold.attribution.worker,
            turn: hold.attribution.turn)
        do throws(LedgerError) {
            try await ledger.append([event(hold.attribution, time: time, .callReserved(reservation))])
        } catch {
            // Nothing was sent, so nothing is spent; but nothing can be recorded any more either.
            resume(state.withLock { $0.settle(hold.ticket, .zero) })
            fail(with: error)
            throw .ledger(error)
        }
    }

    private func fail(with error: LedgerError) {
        resume(state.withLock { $0.refuseAll(.ledger(error)) })
    }

    private func resume(_ releases: [MeterState.Release]) {
        for release in releases { release.waiter.resume(returning: release.result) }
    }

    private func events(for hold: Hold, _ payload: RunEvent.CallSettled) -> [RunEvent] {
        let time = now()
        let settled = event(hold.attribution, time: time, .callSettled(payload))
        guard payload.amount > hold.amount else { return [settled] }
        let message = """
            model '\(hold.attribution.model)' billed \(payload.amount) for call \(hold.call), above its bound of \
            \(hold.amount): no further call of it is made
            """
        return [settled, event(hold.attribution, time: time, .notice(.init(level: .error, message: message)))]
    }

    private func event(_ attribution: Attribution, time: Int64, _ body: RunEvent.Body) -> RunEvent {
        RunEvent(
            run: run, batch: attribution.batch, feature: attribution.feature, stage: attribution.stage,
            attempt: attribution.attempt, time: time, body: body)
    }

    private static func payload(_ hold: Hold, _ settlement: Settlement, _ answer: Value?) -> RunEvent.CallSettled {
        switch settlement {
        case .actual(let usage, let cost):
            .init(call: hold.call, amount: max(.zero, cost), usage: usage, outcome: "answered", answer: answer)
        case .nothing(let reason):
            .init(call: hold.call, amount: .zero, outcome: reason, answer: answer)
        case .unknown(let reason):
            .init(call: hold.call, amount: hold.amount, isUnknown: true, outcome: reason, answer: answer)
        }
    }
}
