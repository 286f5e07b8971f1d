import Foundation
import Landing
import Testing

@Suite struct PrefixSearchTests {
    /// Answers every question of a search truthfully; `brokenAt` is the index of the first candidate that breaks the fold.
    private func run(
        _ search: PrefixSearch, isGreen: (Int) -> Bool, isBaseGreen: Bool = true
    ) -> (end: PrefixSearch.End, tests: Int, rounds: Int, confirmations: [Int], basesTested: Int) {
        var search = search
        var (tests, rounds, bases) = (0, 0, 0)
        var confirmations: [Int] = []
        while true {
            switch search.next() {
            case .test(let lengths):
                rounds += 1
                tests += lengths.count
                for length in lengths { search.tested(length, isGreen: isGreen(length)) }
            case .confirm(let length):
                confirmations.append(length)
                search.confirmed(length, isGreen: isGreen(length))
            case .testBase:
                bases += 1
                search.baseTested(isGreen: isBaseGreen)
            case .end(let end): return (end, tests, rounds, confirmations, bases)
            }
        }
    }

    /// For every fold up to sixteen, every first culprit and every number of slots: exactly that one is found, with no more
    /// tests than halving needs, and never blamed on one run alone.
    @Test(arguments: 1...16, 1...5)
    func theFirstCulpritIsFoundAndAllBeforeItLand(count: Int, slots: Int) {
        for culprit in 0..<count {
            let found = run(PrefixSearch(count: count, slots: slots, isBaseProven: true), isGreen: { $0 <= culprit })
            #expect(found.end == .found(green: culprit, culprit: culprit))
            #expect(found.confirmations.contains(culprit + 1))
            #expect(found.confirmations.count <= 2)
            let halvings = count == 1 ? 0 : Int(log2(Double(count)).rounded(.up))
            if slots == 1 { #expect(found.tests <= 1 + halvings) }
            #expect(found.rounds <= 1 + halvings)
        }
    }

    @Test(arguments: 1...16, 1...5)
    func aGreenFoldCostsOneRound(count: Int, slots: Int) {
        let found = run(PrefixSearch(count: count, slots: slots, isBaseProven: false), isGreen: { _ in true })
        #expect(found.end == .found(green: count, culprit: nil))
        #expect(found.rounds == 1)
        #expect(found.tests == (slots >= 4 && count >= 4 ? 2 : 1))
        #expect(found.confirmations.isEmpty)
        #expect(found.basesTested == 0)
    }

    @Test func moreSlotsNeedFewerRounds() {
        let rounds = [1, 3, 7].map { slots in
            run(PrefixSearch(count: 32, slots: slots, isBaseProven: true), isGreen: { $0 <= 20 }).rounds
        }
        #expect(rounds == [6, 4, 3])
    }

    @Test func aFlakeStartsNoSearch() {
        var search = PrefixSearch(count: 8, slots: 1, isBaseProven: true)
        #expect(search.next() == .test([8]))
        search.tested(8, isGreen: false)
        #expect(search.next() == .confirm(8))
        search.confirmed(8, isGreen: true)
        #expect(search.next() == .end(.found(green: 8, culprit: nil)))
    }

    @Test func aFlakeInsideASearchBlamesNobody() {
        var search = PrefixSearch(count: 4, slots: 1, isBaseProven: true)
        search.tested(4, isGreen: false)
        #expect(search.next() == .confirm(4))
        search.confirmed(4, isGreen: false)
        #expect(search.next() == .test([2]))
        search.tested(2, isGreen: false)
        #expect(search.next() == .test([1]))
        search.tested(1, isGreen: true)
        // Only now is it to be believed that the second one breaks the fold, and it does not.
        #expect(search.next() == .confirm(2))
        search.confirmed(2, isGreen: true)
        #expect(search.next() == .test([3]))
        search.tested(3, isGreen: true)
        #expect(search.next() == .end(.found(green: 3, culprit: 3)))
    }

    @Test func theBaseIsTestedBeforeAnybodyIsBlamed() {
        var search = PrefixSearch(count: 4, slots: 1, isBaseProven: false)
        search.tested(4, isGreen: false)
        #expect(search.next() == .testBase)
        search.baseTested(isGreen: false)
        #expect(search.next() == .end(.baseIsRed))
        let proven = run(PrefixSearch(count: 4, slots: 1, isBaseProven: false), isGreen: { $0 <= 2 })
        #expect(proven.end == .found(green: 2, culprit: 2))
        #expect(proven.basesTested == 1)
    }

    /// A candidate may mend what one before it broke: the longest green prefix lands whole.
    @Test func aLongerGreenPrefixOutweighsAShorterRedOne() {
        var search = PrefixSearch(count: 8, slots: 4, isBaseProven: true)
        #expect(search.next() == .test([4, 8]))
        search.tested(4, isGreen: false)
        search.tested(8, isGreen: true)
        #expect(search.next() == .end(.found(green: 8, culprit: nil)))
    }
}
