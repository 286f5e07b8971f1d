import Engine
import PolicyContract
import Testing
import Vocabulary

@Suite struct RunMachineTests {
    @Test func aStackedBatchWaitsForTheOneBelowAndTheWidthHolds() {
        let batches = [
            BatchPlan(name: "a", features: ["1"]), BatchPlan(name: "b", features: ["2"], after: ["a"]),
            BatchPlan(name: "c", features: ["3"]), BatchPlan(name: "d", features: ["4"]),
        ]
        var machine = RunMachine(batches: batches, width: 2)
        #expect(machine.advance() == [.start("a"), .start("c")])
        machine.batchEnded("c")
        #expect(machine.advance() == [.start("d")])
        machine.batchEnded("a")
        #expect(machine.advance() == [.start("b")])
        machine.batchEnded("d")
        machine.batchEnded("b")
        #expect(machine.advance() == [.finish])
        #expect(machine.advance().isEmpty)
    }

    @Test func drainingWaitsForWhatRunsAndStartsNothing() {
        var machine = RunMachine(
            batches: [BatchPlan(name: "a", features: ["1"]), BatchPlan(name: "b", features: ["2"])], width: 1)
        _ = machine.advance()
        machine.drain()
        #expect(machine.advance().isEmpty)
        machine.batchEnded("a")
        #expect(machine.advance() == [.finish])
    }

    @Test func aRunWithoutBatchesIsFinishedAtOnce() {
        var machine = RunMachine(batches: [], width: 3)
        #expect(machine.advance() == [.finish])
    }
}
