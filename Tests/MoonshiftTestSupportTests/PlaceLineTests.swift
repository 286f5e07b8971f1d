import MoonshiftTestSupport
import Testing

@Suite(.timeLimit(.minutes(1))) struct PlaceLineTests {
    @Test func noMoreThanThePlacesAreTakenAndEveryoneGetsATurn() async throws {
        let places = PlaceLine(count: 3)
        let gate = Gate()
        try await withThrowingTaskGroup(of: Void.self) { group in
            for _ in 0..<20 {
                group.addTask { try await places.take { try await gate.pass() } }
            }
            await gate.arrivals(3)
            while await places.waitingCount < 17 { await Task.yield() }
            #expect(gate.waitingCount == 3)
            gate.open()
            try await group.waitForAll()
        }
        #expect(await places.waitingCount == 0)
    }

    @Test func anErrorFreesThePlace() async throws {
        struct Failure: Error {}
        let places = PlaceLine(count: 0)
        await #expect(throws: Failure.self) { try await places.take { throw Failure() } }
        try await places.take {}
    }
}
