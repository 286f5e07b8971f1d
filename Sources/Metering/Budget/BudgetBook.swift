package import Vocabulary

/// Who asks for money, and from where; one for each HTTP attempt.
package typealias BudgetTicket = Int

/// The money of a run, in all scopes at once, as a pure value.
///
/// A reservation is granted in all of its scopes or in none. In every scope settled and held money together never pass the
/// cap; only a vendor that bills more than a call's bound can break that, and then ``settle(_:_:)`` says so. Whoever asks
/// for more than can ever be free is refused for good; whoever only has to wait for holds is parked, first come, first
/// served within each scope.
package struct BudgetBook: Sendable {
    /// What becomes of a request.
    package enum Decision: Equatable, Sendable {
        case granted
        /// Only holds are in the way; a later ``settle(_:_:)`` decides.
        case parked
        case refused(Refusal)
    }

    /// Why a request can never be granted under the caps as they are.
    package struct Refusal: Equatable, Sendable {
        package var scope: BudgetScope
        package var cap: Picodollars
        /// Settled money of the scope, without holds.
        package var spent: Picodollars
        package var asked: Picodollars
    }

    /// What became of a parked request.
    package struct Release: Equatable, Sendable {
        package var ticket: BudgetTicket
        /// nil: granted.
        package var refusal: Refusal?
    }

    private struct Request: Sendable {
        var ticket: BudgetTicket
        var amount: Picodollars
        /// Places in ``accounts``; the run's is always the first.
        var places: [Int]
    }

    package private(set) var caps: Caps
    private var scopes: [BudgetScope]
    private var accounts: [BudgetAccount]
    private var places: [BudgetScope: Int]
    private var parked: [Request] = []
    private var holds: [BudgetTicket: Request] = [:]

    package init(caps: Caps) {
        self.caps = caps
        scopes = [.run]
        accounts = [BudgetAccount(cap: caps.run)]
        places = [.run: 0]
    }

    /// What a scope has spent and set aside; empty for one that nobody asked for yet.
    package subscript(scope: BudgetScope) -> BudgetAccount {
        places[scope].map { accounts[$0] } ?? BudgetAccount(cap: caps[scope])
    }

    /// All scopes that money was asked for, in the order of their first request.
    package var all: [(scope: BudgetScope, account: BudgetAccount)] {
        Array(zip(scopes, accounts))
    }

    package var holdCount: Int {
        holds.count
    }

    package var parkedCount: Int {
        parked.count
    }

    /// Asks for `amount` in the run and in the given scopes.
    ///
    /// - Parameters:
    ///   - ticket: New; it names the request from here on.
    ///   - amount: 0 or more.
    ///   - scopes: Besides the run; each once.
    /// - Returns: Whether it is granted, has to wait, or can never be.
    package mutating func reserve(
        _ ticket: BudgetTicket, amount: Picodollars, scopes: [BudgetScope]
    ) -> Decision {
        let request = Request(ticket: ticket, amount: max(.zero, amount), places: [0] + scopes.map { place(of: $0) })
        if let refusal = refusal(of: request) { return .refused(refusal) }
        if obstacles(of: request).isEmpty, !isBehindParked(request) {
            grant(request)
            return .granted
        }
        parked.append(request)
        return .parked
    }

    /// Ends a granted request: its hold goes, `amount` is spent.
    ///
    /// - Parameters:
    ///   - ticket: A ticket that was granted and not settled yet; any other changes nothing.
    ///   - amount: What the call cost. More than its hold is charged too, because it was billed.
    /// - Returns: Parked requests that are decided now, in the order in which they came.
    package mutating func settle(_ ticket: BudgetTicket, _ amount: Picodollars) -> [Release] {
        guard let request = holds.removeValue(forKey: ticket) else { return [] }
        for place in request.places {
            accounts[place].held -= request.amount
            accounts[place].settled += amount
        }
        return releaseParked()
    }

    /// Takes a parked request back; it is not answered any more.
    ///
    /// - Returns: Other parked requests that are decided now, because it was in their way.
    package mutating func withdraw(_ ticket: BudgetTicket) -> [Release] {
        guard let index = parked.firstIndex(where: { $0.ticket == ticket }) else { return [] }
        parked.remove(at: index)
        return releaseParked()
    }

    /// Takes all parked requests back.
    ///
    /// - Returns: Their tickets.
    package mutating func withdrawAll() -> [BudgetTicket] {
        defer { parked = [] }
        return parked.map(\.ticket)
    }

    /// Changes the cap of one scope, up or down; holds stay, what was refused stays refused.
    ///
    /// - Returns: Parked requests that are decided now.
    package mutating func setCap(_ cap: Picodollars?, for scope: BudgetScope) -> [Release] {
        caps.set(cap, for: scope)
        for (index, scope) in scopes.enumerated() { accounts[index].cap = caps[scope] }
        return releaseParked()
    }

    /// Counts money that was spent before, by an earlier process or another run.
    package mutating func charge(_ amount: Picodollars, to scopes: [BudgetScope]) {
        for scope in scopes { accounts[place(of: scope)].settled += amount }
    }

    /// Counts a hold of an earlier process, without asking whether it fits; it is settled as any other.
    package mutating func adoptHold(_ ticket: BudgetTicket, amount: Picodollars, scopes: [BudgetScope]) {
        grant(Request(ticket: ticket, amount: max(.zero, amount), places: [0] + scopes.map { place(of: $0) }))
    }

    private mutating func place(of scope: BudgetScope) -> Int {
        if let place = places[scope] { return place }
        scopes.append(scope)
        accounts.append(BudgetAccount(cap: caps[scope]))
        places[scope] = accounts.count - 1
        return accounts.count - 1
    }

    private mutating func grant(_ request: Request) {
        holds[request.ticket] = request
        for place in request.places { accounts[place].held += request.amount }
    }

    /// Why the request cannot be granted even when every hold is gone; a hold that ends may cost nothing.
    private func refusal(of request: Request) -> Refusal? {
        for place in request.places {
            guard let cap = accounts[place].cap, accounts[place].settled + request.amount > cap else { continue }
            return Refusal(
                scope: scopes[place], cap: cap, spent: accounts[place].settled, asked: request.amount)
        }
        return nil
    }

    /// The accounts in which the request does not fit beside the holds.
    private func obstacles(of request: Request) -> [Int] {
        request.places.filter { place in
            guard let cap = accounts[place].cap else { return false }
            return accounts[place].settled + accounts[place].held + request.amount > cap
        }
    }

    /// Whether somebody who came before waits for an account that the request would take from.
    private func isBehindParked(_ request: Request) -> Bool {
        parked.contains { earlier in
            obstacles(of: earlier).contains { request.places.contains($0) }
        }
    }

    /// Decides the parked requests in their order. One that still has to wait closes the accounts that it waits for, so
    /// that smaller ones behind it cannot take what it needs forever.
    private mutating func releaseParked() -> [Release] {
        var releases: [Release] = []
        var closed = Set<Int>()
        var waiting: [Request] = []
        for (index, request) in parked.enumerated() {
            if closed.contains(0) {
                // Every request is in the run's account, so nobody behind can be granted either.
                waiting += parked[index...]
                break
            }
            if let refusal = refusal(of: request) {
                releases.append(Release(ticket: request.ticket, refusal: refusal))
                continue
            }
            let obstacles = obstacles(of: request)
            if obstacles.isEmpty, request.places.allSatisfy({ !closed.contains($0) }) {
                grant(request)
                releases.append(Release(ticket: request.ticket, refusal: nil))
            } else {
                closed.formUnion(obstacles)
                waiting.append(request)
            }
        }
        parked = waiting
        return releases
    }
}
