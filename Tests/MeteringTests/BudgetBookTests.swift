import MoonshiftTestSupport
import Testing
import Vocabulary

@testable import Metering

@Suite struct BudgetBookTests {
    @Test func allScopesOrNone() {
        var book = BudgetBook(caps: Caps(run: Picodollars(100), feature: Picodollars(10)))
        #expect(book.reserve(1, amount: Picodollars(10), scopes: [.feature("a")]) == .granted)
        #expect(book.reserve(2, amount: Picodollars(10), scopes: [.feature("a")]) == .parked)
        #expect(book[.run].held == Picodollars(10))
        #expect(book[.feature("a")].held == Picodollars(10))
    }

    @Test func exactlyTheCapFits() {
        var book = BudgetBook(caps: Caps(run: Picodollars(100)))
        #expect(book.reserve(1, amount: Picodollars(100), scopes: []) == .granted)
        #expect(book.settle(1, Picodollars(100)).isEmpty)
        #expect(book.reserve(2, amount: .zero, scopes: []) == .granted)
        #expect(
            book.reserve(3, amount: Picodollars(1), scopes: [])
                == .refused(.init(scope: .run, cap: Picodollars(100), spent: Picodollars(100), asked: Picodollars(1))))
    }

    @Test func whatCanNeverFitIsRefusedThoughHoldsAreInTheWayToo() {
        var book = BudgetBook(caps: Caps(run: Picodollars(100)))
        _ = book.reserve(1, amount: Picodollars(50), scopes: [])
        guard case .refused = book.reserve(2, amount: Picodollars(101), scopes: []) else {
            Issue.record("it can never fit")
            return
        }
        #expect(book.parkedCount == 0)
    }

    @Test func aParkedRequestIsRefusedOnceItCanNeverFit() {
        var book = BudgetBook(caps: Caps(run: Picodollars(100)))
        _ = book.reserve(1, amount: Picodollars(60), scopes: [])
        #expect(book.reserve(2, amount: Picodollars(60), scopes: []) == .parked)
        let releases = book.settle(1, Picodollars(60))
        #expect(releases.map(\.ticket) == [2])
        #expect(releases.first?.refusal?.spent == Picodollars(60))
    }

    @Test func smallCallsDoNotOvertakeALargeOneThatWaits() {
        var book = BudgetBook(caps: Caps(run: Picodollars(100)))
        _ = book.reserve(1, amount: Picodollars(40), scopes: [])
        _ = book.reserve(2, amount: Picodollars(40), scopes: [])
        #expect(book.reserve(3, amount: Picodollars(90), scopes: []) == .parked)
        #expect(book.reserve(4, amount: Picodollars(1), scopes: []) == .parked)
        #expect(book.settle(1, .zero).isEmpty)
        #expect(book.settle(2, .zero).map(\.ticket) == [3, 4])
    }

    @Test func whoWaitsForOneFeatureDoesNotBlockAnother() {
        var book = BudgetBook(caps: Caps(run: Picodollars(100), feature: Picodollars(10)))
        _ = book.reserve(1, amount: Picodollars(10), scopes: [.feature("a")])
        #expect(book.reserve(2, amount: Picodollars(5), scopes: [.feature("a")]) == .parked)
        #expect(book.reserve(3, amount: Picodollars(5), scopes: [.feature("b")]) == .granted)
        // But nobody of the same feature passes the one who waits.
        _ = book.setCap(Picodollars(14), for: .feature("a"))
        #expect(book.reserve(4, amount: Picodollars(4), scopes: [.feature("a")]) == .parked)
    }

    @Test func aHigherCapReleasesWhoFitsNow() {
        var book = BudgetBook(caps: Caps(run: Picodollars(10)))
        _ = book.reserve(1, amount: Picodollars(10), scopes: [])
        #expect(book.reserve(2, amount: Picodollars(10), scopes: []) == .parked)
        #expect(book.setCap(Picodollars(20), for: .run) == [.init(ticket: 2, refusal: nil)])
        #expect(book.setCap(nil, for: .run).isEmpty)
        #expect(book.reserve(3, amount: .max, scopes: []) == .granted)
    }

    @Test func aLowerCapRefusesWhoWaitsInVain() {
        var book = BudgetBook(caps: Caps(run: Picodollars(10)))
        _ = book.reserve(1, amount: Picodollars(10), scopes: [])
        #expect(book.reserve(2, amount: Picodollars(10), scopes: []) == .parked)
        #expect(book.setCap(Picodollars(5), for: .run).first?.refusal?.cap == Picodollars(5))
    }

    @Test func aWithdrawnRequestMakesWay() {
        var book = BudgetBook(caps: Caps(run: Picodollars(10)))
        _ = book.reserve(1, amount: Picodollars(5), scopes: [])
        #expect(book.reserve(2, amount: Picodollars(10), scopes: []) == .parked)
        #expect(book.reserve(3, amount: Picodollars(5), scopes: []) == .parked)
        #expect(book.withdraw(2).map(\.ticket) == [3])
        #expect(book.withdraw(2).isEmpty)
    }

    @Test func aTicketIsSettledOnce() {
        var book = BudgetBook(caps: Caps())
        _ = book.reserve(1, amount: Picodollars(5), scopes: [.batch("b")])
        _ = book.settle(1, Picodollars(3))
        #expect(book.settle(1, Picodollars(3)).isEmpty)
        #expect(book[.run] == BudgetAccount(settled: Picodollars(3)))
        #expect(book[.batch("b")] == BudgetAccount(settled: Picodollars(3)))
    }

    @Test func singleScopesHaveTheirOwnCaps() {
        let caps = Caps(batch: Picodollars(9), feature: Picodollars(7), features: ["a": Picodollars(8)])
        var book = BudgetBook(caps: caps)
        #expect(book.reserve(1, amount: Picodollars(8), scopes: [.batch("b"), .feature("a")]) == .granted)
        guard
            case .refused(let refusal) = book.reserve(2, amount: Picodollars(8), scopes: [.batch("c"), .feature("b")])
        else {
            Issue.record("the cap of feature b is 7")
            return
        }
        #expect(refusal.scope == .feature("b"))
    }

    @Test(arguments: 0..<60)
    func anyOrderOfRequestsAndSettlementsStaysWithinTheCaps(seed: Int) {
        var walk = BudgetWalk(seed: seed)
        for _ in 0..<600 { walk.step() }
        walk.finish()
    }
}

/// A random sequence of requests and settlements, checked after every step.
private struct BudgetWalk {
    private var generator: SeededGenerator
    private var book: BudgetBook
    private var next = 0
    private var amounts: [BudgetTicket: Picodollars] = [:]
    private var scopesOf: [BudgetTicket: [BudgetScope]] = [:]
    private var held: [BudgetTicket] = []
    private var parked: [BudgetTicket] = []
    private var spent = Picodollars.zero

    init(seed: Int) {
        generator = SeededGenerator(seed: seed)
        let cap = { (range: ClosedRange<Int64>, generator: inout SeededGenerator) in
            Bool.random(using: &generator) ? Picodollars(Int64.random(in: range, using: &generator)) : nil
        }
        book = BudgetBook(
            caps: Caps(
                run: cap(0...5000, &generator), batch: cap(0...3000, &generator), feature: cap(0...1000, &generator),
                day: cap(0...5000, &generator)))
    }

    mutating func step() {
        switch Int.random(in: 0..<10, using: &generator) {
        case 0..<5: ask()
        case 5..<9: settle()
        default: withdraw()
        }
        check()
    }

    mutating func finish() {
        while !held.isEmpty {
            settle()
            check()
        }
        #expect(parked.isEmpty)
        #expect(book.parkedCount == 0)
        #expect(book.all.allSatisfy { $0.account.held == .zero })
        #expect(book[.run].settled == spent)
    }

    private mutating func ask() {
        next += 1
        let amount = Picodollars(Int64.random(in: 0...300, using: &generator))
        var scopes: [BudgetScope] = [.day(Int.random(in: 0..<2, using: &generator))]
        if Bool.random(using: &generator) {
            scopes.append(.batch(BatchID(rawValue: "b\(Int.random(in: 0..<3, using: &generator))")))
        }
        scopes.append(.feature(FeatureID(rawValue: "f\(Int.random(in: 0..<6, using: &generator))")))
        amounts[next] = amount
        scopesOf[next] = scopes
        switch book.reserve(next, amount: amount, scopes: scopes) {
        case .granted: held.append(next)
        case .parked: parked.append(next)
        case .refused(let refusal):
            #expect(refusal.spent + refusal.asked > refusal.cap)
            #expect(book[refusal.scope].settled == refusal.spent)
        }
    }

    private mutating func settle() {
        guard let index = held.indices.randomElement(using: &generator) else { return }
        let ticket = held.remove(at: index)
        let most = amounts[ticket]?.rawValue ?? 0
        let amount = Picodollars(Int64.random(in: 0...most, using: &generator))
        spent += amount
        take(book.settle(ticket, amount))
    }

    private mutating func withdraw() {
        guard let index = parked.indices.randomElement(using: &generator) else { return }
        take(book.withdraw(parked.remove(at: index)))
    }

    private mutating func take(_ releases: [BudgetBook.Release]) {
        #expect(releases.map(\.ticket) == releases.map(\.ticket).sorted())
        for release in releases {
            parked.removeAll { $0 == release.ticket }
            if release.refusal == nil { held.append(release.ticket) }
            // Nobody who asked earlier for the very same scopes is left behind.
            #expect(
                !parked.contains { $0 < release.ticket && scopesOf[$0] == scopesOf[release.ticket] }
                    || release.refusal != nil)
        }
    }

    private func check() {
        for (_, account) in book.all {
            if let cap = account.cap { #expect(account.settled + account.held <= cap) }
        }
        let heldAmount = held.reduce(Picodollars.zero) { $0 + (amounts[$1] ?? .zero) }
        #expect(book[.run].held == heldAmount)
        #expect(book.parkedCount == parked.count)
        // Who waits never waits for nothing.
        #expect(parked.isEmpty || !held.isEmpty)
    }
}
