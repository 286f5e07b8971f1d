import MoonshiftTestSupport
import Testing

@Suite(.timeLimit(.minutes(1))) struct GateTests {
    @Test func allWaitUntilItOpens() async throws {
        let gate = Gate()
        try await withThrowingTaskGroup(of: Void.self) { group in
            for _ in 0..<10 { group.addTask { try await gate.pass() } }
            await gate.arrivals(10)
            #expect(gate.waitingCount == 10)
            gate.open()
            try await group.waitForAll()
        }
        try await gate.pass()
        #expect(gate.waitingCount == 0)
    }

    @Test func cancellingATaskFreesIt() async {
        let gate = Gate()
        let task = Task { try await gate.pass() }
        await gate.arrivals(1)
        task.cancel()
        await #expect(throws: CancellationError.self) { try await task.value }
        #expect(gate.waitingCount == 0)
    }

    @Test func aClosedGateStopsNewcomers() async {
        let gate = Gate(isOpen: true)
        gate.close()
        let task = Task { try await gate.pass() }
        await gate.arrivals(1)
        gate.open()
        await #expect(throws: Never.self) { try await task.value }
    }
}
