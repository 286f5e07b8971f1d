import Testing

@testable import CommandRunner

@Suite struct TeardownTests {
    private let start = ContinuousClock.now

    private func made() -> Teardown {
        Teardown(deadline: start + .seconds(10), grace: .seconds(2))
    }

    @Test func waitsForTheDeadline() {
        var teardown = made()
        #expect(teardown.step(at: start, isCancelled: false) == .wait(until: start + .seconds(10)))
        #expect(teardown.step(at: start + .seconds(9), isCancelled: false) == .wait(until: start + .seconds(10)))
        #expect(teardown.cause == nil)
    }

    @Test(arguments: [false, true])
    func asksOnceAndKillsOnce(_ isCancelled: Bool) {
        var teardown = made()
        let end = isCancelled ? start + .seconds(1) : start + .seconds(10)
        #expect(teardown.step(at: end, isCancelled: isCancelled) == .terminate)
        #expect(teardown.cause == (isCancelled ? .cancelled : .timedOut))
        #expect(teardown.step(at: end, isCancelled: isCancelled) == .wait(until: end + .seconds(2)))
        #expect(teardown.step(at: end + .seconds(2), isCancelled: isCancelled) == .kill)
        #expect(teardown.step(at: end + .seconds(3), isCancelled: isCancelled) == .wait(until: nil))
    }

    @Test func theFirstCauseStands() {
        var teardown = made()
        #expect(teardown.step(at: start + .seconds(10), isCancelled: false) == .terminate)
        #expect(teardown.step(at: start + .seconds(11), isCancelled: true) == .wait(until: start + .seconds(12)))
        #expect(teardown.cause == .timedOut)
    }

    @Test func cancellationCountsBeforeTheDeadline() {
        var teardown = made()
        #expect(teardown.step(at: start + .seconds(20), isCancelled: true) == .terminate)
        #expect(teardown.cause == .cancelled)
    }
}
