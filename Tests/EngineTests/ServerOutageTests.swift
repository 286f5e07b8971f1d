import Engine
import ModelAPI
import Testing
import Vocabulary

@Suite struct ServerOutageTests {
    @Test func oneFeatureThatFailsIsNoOutage() {
        var outage = ServerOutage()
        for _ in 0..<5 { outage.note(.failed("HTTP 500"), by: "a") }
        #expect(outage.reason == nil)
        #expect(outage.turns("a", "b") == [true, true])
    }

    @Test func twoFeaturesWithoutAnAnswerInBetweenAreOne() {
        var outage = ServerOutage()
        outage.note(.failed("HTTP 500"), by: "a")
        outage.note(.answered, by: "c")
        outage.note(.failed("HTTP 502"), by: "b")
        #expect(outage.reason == nil)
        outage.note(.failed("HTTP 503"), by: "a")
        #expect(outage.reason == "HTTP 503")
    }

    @Test func aServerThatCannotBeReachedIsOneAtOnce() {
        var outage = ServerOutage()
        outage.note(.unreachable("connection refused"), by: "a")
        #expect(outage.reason == "connection refused")
    }

    @Test func oneAsksAndTheOthersWaitForTheirTurn() {
        var outage = ServerOutage()
        outage.note(.unreachable("connection refused"), by: "a")
        #expect(outage.turns("b", "b", "a") == [true, true, false], "also for its next call")
        _ = outage.enter("b")
        outage.leave("a")
        #expect(outage.turns("a") == [false], "only who asks can give up the turn")
        outage.leave("b")
        #expect(outage.turns("a", "b") == [true, false])
    }

    @Test func anAnswerEndsItForAll() {
        var outage = ServerOutage()
        outage.note(.unreachable("connection refused"), by: "a")
        _ = outage.enter("a")
        outage.triedInVain()
        #expect(outage.tries == 1)
        outage.note(.answered, by: "a")
        #expect(outage == ServerOutage())
        #expect(outage.turns("a", "b") == [true, true])
    }
}

extension ServerOutage {
    /// Whether each of the features may ask, one after the other.
    fileprivate func turns(_ features: FeatureID...) -> [Bool] {
        var copy = self
        return features.map { copy.enter($0) }
    }
}
