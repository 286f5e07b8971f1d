import Engine
import MoonshiftTestSupport
import Plans
import PolicyContract
import Testing
import Vocabulary

@Suite struct BatchMachineTests {
    @Test func noMoreThanTheWidthWorkAtOnce() {
        var machine = BatchMachine(features: (1...10).map { feature("f\($0)") }, width: 3)
        #expect(machine.advance() == [.work("f1"), .work("f2"), .work("f3")])
        #expect(machine.advance().isEmpty)
        machine.workEnded("f2", .failed)
        #expect(machine.advance() == [.work("f4")])
    }

    @Test func candidatesThatBecomeReadyDuringALandingLandTogetherAfterIt() {
        var machine = BatchMachine(features: (1...3).map { feature("f\($0)") }, width: 3)
        _ = machine.advance()
        machine.workEnded("f1", .candidate)
        #expect(machine.advance() == [.land(["f1"])])
        machine.workEnded("f3", .candidate)
        machine.workEnded("f2", .candidate)
        #expect(machine.advance().isEmpty)
        machine.landingEnded(landed: ["f1"], returned: [])
        #expect(machine.advance() == [.land(["f3", "f2"])])
        machine.landingEnded(landed: ["f2", "f3"], returned: [])
        #expect(machine.advance() == [.finish])
    }

    @Test func whatAFoldLeftLandsBeforeWhatBecameReadyMeanwhile() {
        var machine = BatchMachine(features: (1...4).map { feature("f\($0)") }, width: 4)
        _ = machine.advance()
        for id in ["f1", "f2", "f3"] as [FeatureID] { machine.workEnded(id, .candidate) }
        #expect(machine.advance() == [.land(["f1", "f2", "f3"])])
        machine.workEnded("f4", .candidate)
        machine.landingEnded(landed: ["f1"], returned: ["f2"], kept: ["f3"])
        #expect(machine.advance() == [.land(["f3", "f4"]), .work("f2")])
    }

    @Test func aHoldStartsAndLandsNothingMoreAndKeepsEveryCandidate() {
        var machine = BatchMachine(features: (1...4).map { feature("f\($0)") }, width: 3)
        _ = machine.advance()
        machine.workEnded("f1", .candidate)
        #expect(machine.advance() == [.land(["f1"]), .work("f4")])
        machine.workEnded("f2", .candidate)
        machine.hold()
        machine.landingEnded(landed: [], returned: [], kept: ["f1"])
        #expect(machine.advance().isEmpty)
        machine.workEnded("f3", .candidate)
        machine.workEnded("f4", .failed)
        #expect(machine.advance() == [.finish])
    }

    @Test func aReturnedFeatureWorksBeforeAnythingNew() {
        var machine = BatchMachine(features: (1...3).map { feature("f\($0)") }, width: 1)
        _ = machine.advance()
        machine.workEnded("f1", .candidate)
        #expect(machine.advance() == [.land(["f1"]), .work("f2")])
        machine.landingEnded(landed: [], returned: ["f1"])
        machine.workEnded("f2", .failed)
        #expect(machine.advance() == [.work("f1")])
    }

    @Test func aFeatureStartsOnlyAfterItsDependenciesLanded() {
        var machine = BatchMachine(features: [feature("a", after: ["b"]), feature("b")], width: 5)
        #expect(machine.advance() == [.work("b")])
        machine.workEnded("b", .candidate)
        #expect(machine.advance() == [.land(["b"])])
        machine.landingEnded(landed: ["b"], returned: [])
        #expect(machine.advance() == [.work("a")])
    }

    @Test func whatDependsOnAFailureIsSkippedAllTheWay() {
        let features = [feature("a"), feature("b", after: ["a"]), feature("c", after: ["b"])]
        var machine = BatchMachine(features: features, width: 5)
        _ = machine.advance()
        machine.workEnded("a", .failed)
        let skipped = machine.advance()
        #expect(skipped.count == 3)
        #expect(skipped.last == .finish)
        guard case .skip(let id, let failure) = skipped.first else {
            Issue.record("\(skipped)")
            return
        }
        #expect(id == "b")
        #expect(failure.kind == .dependency)
        #expect(failure.summary == "depends on a, which did not land")
    }

    @Test func aFailureInAnotherBatchCounts() {
        var machine = BatchMachine(features: [feature("a", after: ["x"])], width: 1, elsewhere: ["x": false])
        guard case .skip("a", _) = machine.advance().first else {
            Issue.record("a was not skipped")
            return
        }
    }

    @Test func whatDependsOnASuspendedFeatureStaysOpenAndTheBatchEnds() {
        var machine = BatchMachine(features: [feature("a"), feature("b", after: ["a"])], width: 1)
        _ = machine.advance()
        machine.workEnded("a", .suspended)
        #expect(machine.advance() == [.finish])
    }

    @Test func featuresOfOtherFilesComeBeforeThoseOfFilesAtWork() {
        let features = [feature("a", file: "x.py"), feature("b", file: "x.py"), feature("c", file: "y.py")]
        var machine = BatchMachine(features: features, width: 2)
        #expect(machine.advance() == [.work("a"), .work("c")])
    }

    @Test func overlapsWorkSideBySideWhenNothingElseIsLeft() {
        var machine = BatchMachine(features: [feature("a", file: "x.py"), feature("b", file: "x.py")], width: 2)
        #expect(machine.advance() == [.work("a"), .work("b")])
    }

    @Test func drainingStartsNothingNewButLandsWhatIsReady() {
        var machine = BatchMachine(features: (1...4).map { feature("f\($0)") }, width: 2)
        _ = machine.advance()
        machine.drain()
        machine.workEnded("f1", .candidate)
        #expect(machine.advance() == [.land(["f1"])])
        machine.workEnded("f2", .suspended)
        #expect(machine.advance().isEmpty)
        machine.landingEnded(landed: ["f1"], returned: [])
        #expect(machine.advance() == [.finish])
    }

    @Test func aHeldFeatureHoldsTheBatch() {
        var machine = BatchMachine(features: (1...3).map { feature("f\($0)") }, width: 1)
        _ = machine.advance()
        machine.workEnded("f1", .held)
        #expect(machine.advance() == [.finish])
    }

    @Test func aResumedBatchLandsItsReadyCandidatesAndSkipsWhatIsDone() {
        let features = (1...4).map { feature("f\($0)") }
        var machine = BatchMachine(features: features, width: 2, landed: ["f1"], failed: ["f2"], ready: ["f3"])
        #expect(machine.advance() == [.land(["f3"]), .work("f4")])
    }

    /// Every order of ends and landings of four features with random outcomes finishes, with each feature ended once.
    @Test(arguments: 0..<500)
    func everyRandomCourseFinishes(seed: UInt64) {
        var dice = SeededGenerator(seed: seed)
        let features = (0..<8).map { index in
            feature(
                "f\(index)", file: "file\(dice.next() % 3)",
                after: index > 0 && dice.next() % 3 == 0 ? ["f\(dice.next() % UInt64(index))"] : [])
        }
        var machine = BatchMachine(features: features, width: Int(dice.next() % 4) + 1)
        var working: [FeatureID] = []
        var landing: [FeatureID] = []
        var landed: Set<FeatureID> = []
        var returns = 0
        for _ in 0..<1_000 {
            for action in machine.advance() {
                switch action {
                case .work(let id): working.append(id)
                case .land(let ids):
                    #expect(landing.isEmpty)
                    landing = ids
                case .skip: break
                case .finish:
                    #expect(working.isEmpty && landing.isEmpty)
                    return
                }
            }
            if !landing.isEmpty, working.isEmpty || dice.next() % 2 == 0 {
                let back = landing.filter { _ in returns < 20 && dice.next() % 4 == 0 }
                returns += back.count
                landed.formUnion(Set(landing).subtracting(back))
                machine.landingEnded(landed: landing.filter { !back.contains($0) }, returned: back)
                landing = []
            } else if !working.isEmpty {
                let id = working.remove(at: Int(dice.next() % UInt64(working.count)))
                #expect(!landed.contains(id))
                machine.workEnded(id, dice.next() % 4 == 0 ? .failed : .candidate)
            }
        }
        Issue.record("the batch did not finish")
    }

    private func feature(_ id: String, file: String? = nil, after: [String] = []) -> Feature {
        Feature(
            id: FeatureID(rawValue: id), name: id, filePath: file ?? "src/\(id).py",
            dependsOn: after.map(FeatureID.init(rawValue:)))
    }
}
