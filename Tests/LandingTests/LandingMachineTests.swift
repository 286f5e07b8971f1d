import Landing
import PolicyContract
import Testing
import Vocabulary

@Suite struct LandingMachineTests {
    private let red = Failure(kind: .landingRed, summary: "red")

    @Test func aGreenFoldLandsWhole() {
        var machine = LandingMachine(candidates: ["a", "b", "c"], foldSize: 3)
        #expect(machine.next() == .tryFold(["a", "b", "c"]))
        machine.foldLanded()
        #expect(machine.next() == .finish)
        #expect(machine.landed == ["a", "b", "c"])
        #expect(machine.returned.isEmpty)
    }

    @Test func aRedFoldIsTriedOneByOneAndOnlyTheCulpritReturns() {
        var machine = LandingMachine(candidates: ["a", "b", "c"], foldSize: 3)
        _ = machine.next()
        machine.foldRed(red)
        #expect(machine.next() == .tryFold(["a"]))
        machine.foldLanded()
        #expect(machine.next() == .tryFold(["b"]))
        machine.foldRed(red)
        #expect(machine.next() == .tryFold(["c"]))
        machine.foldLanded()
        #expect(machine.next() == .finish)
        #expect(machine.landed == ["a", "c"])
        #expect(machine.returned == ["b": red])
    }

    @Test func aConflictReturnsWithItsPathsAndTheRestGoesOn() {
        var machine = LandingMachine(candidates: ["a", "b"], foldSize: 2)
        _ = machine.next()
        machine.conflicted(["b": ["x.py", "y.py"]])
        machine.foldLanded()
        #expect(machine.landed == ["a"])
        #expect(machine.returned["b"]?.kind == .conflict)
        #expect(machine.returned["b"]?.summary == "does not merge with what landed meanwhile: x.py, y.py")
    }

    /// For every set of culprits among five, in every fold size: exactly the others land, and no fold is tried twice.
    @Test(arguments: 0..<32, 1...6)
    func exactlyTheGoodOnesLand(culprits: Int, foldSize: Int) {
        let all: [FeatureID] = ["a", "b", "c", "d", "e"]
        let bad = Set(all.enumerated().filter { culprits & (1 << $0.offset) != 0 }.map(\.element))
        var machine = LandingMachine(candidates: all, foldSize: foldSize)
        var tried: Set<[FeatureID]> = []
        while case .tryFold(let ids) = machine.next() {
            #expect(tried.insert(ids).inserted)
            if bad.isDisjoint(with: ids) { machine.foldLanded() } else { machine.foldRed(red) }
        }
        #expect(Set(machine.landed) == Set(all).subtracting(bad))
        #expect(Set(machine.returned.keys) == bad)
    }
}
