import Engine
import Testing

@Suite struct RunControlTests {
    @Test func theFirstReasonStays() {
        let control = RunControl()
        control.drain("the cap is reached")
        control.drain("gone", isServiceLost: true)
        #expect(control.drainReason == "the cap is reached")
        #expect(!control.isServiceLost)
    }

    @Test func theFirstInterruptIsGentleAlsoInARunThatDrains() {
        let control = RunControl()
        control.drain("the cap is reached")
        #expect(!control.isInterrupted)
        #expect(control.interrupt())
        #expect(!control.interrupt())
        #expect(control.drainReason == "the cap is reached")
    }

    @Test(.timeLimit(.minutes(1))) func anInterruptEndsEveryWait() async {
        let control = RunControl()
        async let drained: Void = control.untilDraining()
        async let interrupted: Void = control.untilInterrupted()
        #expect(control.interrupt())
        _ = await (drained, interrupted)
        await control.untilInterrupted()
    }
}
