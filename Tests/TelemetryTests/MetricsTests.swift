import Telemetry
import Testing
import Vocabulary

@Suite struct MetricsTests {
    @Test func sectionsAddUpByPart() throws {
        let metrics = Metrics()
        metrics.add(.git, calls: 2, wall: .seconds(3), cpu: .seconds(1))
        metrics.add(.git, wall: .milliseconds(500))
        let git = try #require(metrics.snapshot()["parts"]?["git"])
        #expect(git == ["calls": 3, "wall_seconds": 3.5, "cpu_seconds": 1.0])
        #expect(metrics.snapshot()["parts"]?["lua"] == nil)
    }

    @Test func aMeasuredSectionHasTheCPUTimeOfItsThread() throws {
        let metrics = Metrics()
        let sum = metrics.measure(.lua) { (0..<300_000).reduce(0) { $0 &+ $1 &* 7 } }
        #expect(sum != 0)
        let lua = try #require(metrics.snapshot()["parts"]?["lua"])
        #expect(lua["calls"] == 1)
        #expect(try #require(lua["cpu_seconds"]?.numberValue) > 0)
    }

    @Test func aSectionThatThrowsIsCounted() {
        struct Failure: Error {}
        let metrics = Metrics()
        #expect(throws: Failure.self) { try metrics.measure(.ledger) { throw Failure() } }
        #expect(metrics.snapshot()["parts"]?["ledger"]?["calls"] == 1)
    }

    @Test func theProcessIsCountedToo() throws {
        let process = try #require(Metrics().snapshot()["process"])
        #expect(try #require(process["peak_memory_bytes"]?.integerValue) > 1_000_000)
        #expect(try #require(process["cpu_seconds"]?.numberValue) > 0)
    }
}
