import Foundation
import Ledger
import MoonshiftTestSupport
import Testing

@Suite struct UTCTimeTests {
    @Test(
        arguments: [
            (0, "1970-01-01T00:00:00.000Z"), (-1, "1969-12-31T23:59:59.999Z"),
            (951_782_400_000, "2000-02-29T00:00:00.000Z"), (1_795_378_381_042, "2026-11-22T20:13:01.042Z"),
            (4_107_542_399_999, "2100-02-28T23:59:59.999Z"), (4_107_542_400_000, "2100-03-01T00:00:00.000Z"),
        ] as [(Int64, String)])
    func timesReadAsTheyAreWritten(milliseconds: Int64, text: String) {
        #expect(UTCTime.string(milliseconds) == text)
        #expect(UTCTime.milliseconds(text) == milliseconds)
    }

    @Test(.heavy) func everyDayOfFourCenturiesComesBack() {
        let day: Int64 = 86_400_000
        for number in Int64(-73_000)...73_000 {
            let time = number * day + 1
            #expect(UTCTime.milliseconds(UTCTime.string(time)) == time)
            #expect(UTCTime.startOfDay(time) == number * day)
            #expect(UTCTime.day(time) == Int(number))
        }
    }

    @Test(
        arguments: [
            ("2026-11-22T20:13:01Z", 1_795_378_381_000), ("2026-11-22T20:13:01.5Z", 1_795_378_381_500),
            ("2026-11-22T20:13:01.0429999Z", 1_795_378_381_042), ("2026-11-22T20:13:01+01:00", nil),
            ("2026-13-22T20:13:01Z", nil), ("2026-11-22 20:13:01Z", nil), ("2026-11-22T20:13:01.Z", nil), ("", nil),
        ] as [(String, Int64?)])
    func onlyUTCTimesAreRead(text: String, expected: Int64?) {
        #expect(UTCTime.milliseconds(text) == expected)
    }
}
