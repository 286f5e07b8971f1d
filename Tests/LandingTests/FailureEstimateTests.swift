import Landing
import Testing

@Suite struct FailureEstimateTests {
    @Test func startsAtOneInTwenty() {
        #expect(FailureEstimate().rate == 0.05)
    }

    @Test func followsWhatHappens() {
        var estimate = FailureEstimate()
        estimate.add(landed: 80, broken: 0)
        #expect(estimate.rate == 0.01)
        estimate.add(landed: 60, broken: 40)
        #expect(estimate.rate == 41.0 / 200.0)
        #expect(estimate.judged == 180)
        #expect(estimate.broken == 40)
    }
}
