import Ledger
import Testing
import Vocabulary

@testable import ModelAPI

@Suite struct RetryTests {
    private static func hints(_ headers: [String: String], now: Int64 = 0) -> ServerHints {
        ServerHints(now: now) { headers[$0] }
    }

    @Test(
        arguments: [
            ([:], nil),
            (["retry-after": "7"], .seconds(7)),
            (["retry-after": " 0.5 "], .milliseconds(500)),
            (["retry-after-ms": "250"], .milliseconds(250)),
            (["retry-after-ms": "250", "retry-after": "7"], .milliseconds(250)),
            (["retry-after-ms": "soon", "retry-after": "7"], .seconds(7)),
            (["retry-after": "-1"], nil),
            (["retry-after": "nan"], nil),
            (["retry-after": "inf"], nil),
            (["retry-after": "1e30"], nil),
            (["retry-after": "soon"], nil),
            (["retry-after": "Sun, 06 Nov 1994 08:49:37 GMT"], .seconds(37)),
            (["retry-after": "Sun, 06 Nov 1994 08:48:00 GMT"], .zero),
            (["retry-after": "Sun, 06 Nov 1994 08:49:37 GMT", "date": "Sun, 06 Nov 1994 08:49:30 GMT"], .seconds(7)),
        ] as [([String: String], Duration?)])
    func waitsAreReadFromHeaders(headers: [String: String], expected: Duration?) {
        #expect(Self.hints(headers, now: 784_111_740).retryAfter == expected)
    }

    @Test(arguments: [("true", true), ("TRUE", true), ("false", false), ("perhaps", nil)] as [(String, Bool?)])
    func shouldRetryIsRead(text: String, expected: Bool?) {
        #expect(Self.hints(["x-should-retry": text]).shouldRetry == expected)
    }

    @Test(
        arguments: [
            ("Thu, 01 Jan 1970 00:00:00 GMT", 0), ("Sun, 06 Nov 1994 08:49:37 GMT", 784_111_777),
            ("Thu, 29 Feb 2024 12:00:00 GMT", 1_709_208_000), ("Sun, 22 Nov 2026 20:13:01 GMT", 1_795_378_381),
            ("Sunday, 06-Nov-94 08:49:37 GMT", nil), ("Sun, 06 Nov 1994 08:49:37 CET", nil),
            ("Sun, 06 Foo 1994 08:49:37 GMT", nil),
            ("Sun, 06 Nov 1994 25:49:37 GMT", nil), ("", nil),
        ] as [(String, Int64?)])
    func datesAreRead(text: String, expected: Int64?) {
        #expect(HTTPDate.secondsSince1970(text) == expected)
    }

    @Test func ownDelaysDoubleUpToTheirLimitAndShrinkByJitter() {
        let policy = RetryPolicy()
        let delays = (0..<8).map { policy.delay(retry: $0, asked: nil, isRateLimit: false, jitter: 0) }
        #expect(delays == [0.5, 1, 2, 4, 8, 8, 8, 8].map { .seconds($0) })
        #expect(policy.delay(retry: 1, asked: nil, isRateLimit: false, jitter: 1) == .seconds(0.75))
        #expect(policy.delay(retry: 1_000_000, asked: nil, isRateLimit: false, jitter: 0) == .seconds(8))
    }

    @Test func waitsOfTheServerAreHonouredUpToALimit() {
        let policy = RetryPolicy()
        #expect(policy.delay(retry: 0, asked: .seconds(120), isRateLimit: false, jitter: 1) == .seconds(120))
        #expect(policy.delay(retry: 0, asked: .seconds(121), isRateLimit: false, jitter: 1) == nil)
        #expect(policy.delay(retry: 0, asked: .seconds(3_600), isRateLimit: true, jitter: 1) == .seconds(3_600))
        #expect(policy.delay(retry: 0, asked: .seconds(3_601), isRateLimit: true, jitter: 1) == nil)
    }

    @Test func costlyFailuresAreRepeatedFourTimes() {
        var state = RetryState(policy: RetryPolicy(), host: "h")
        let failure = AttemptVerdict.Failure.server(status: 500, message: "m")
        for _ in 0..<4 {
            guard case .wait = state.failed(failure, asked: nil, jitter: 0) else { Issue.record("no retry"); return }
        }
        #expect(
            state.failed(failure, asked: nil, jitter: 0)
                == .giveUp(.server(.init(status: 500, message: "m", attempts: 5))))
    }

    @Test func freeRefusalsAreCountedApart() {
        var state = RetryState(policy: RetryPolicy(), host: "h")
        for _ in 0..<16 {
            guard case .wait = state.failed(.rateLimited(status: 429, message: ""), asked: nil, jitter: 0) else {
                Issue.record("no retry")
                return
            }
        }
        #expect(state.failed(.cutStream(reason: "r"), asked: nil, jitter: 0) == .wait(.milliseconds(500)))
        #expect(
            state.failed(.rateLimited(status: 429, message: "m"), asked: nil, jitter: 0)
                == .giveUp(.rateLimited(.init(status: 429, message: "m", attempts: 18))))
    }

    @Test func aLimitInsideAStreamIsNoFreeRefusal() {
        var state = RetryState(policy: RetryPolicy(), host: "h")
        let failure = AttemptVerdict.Failure.rateLimited(status: 200, message: "m")
        for _ in 0..<4 { _ = state.failed(failure, asked: nil, jitter: 0) }
        guard case .giveUp = state.failed(failure, asked: nil, jitter: 0) else { Issue.record("a fifth retry"); return }
    }

    // MARK: The fault table

    struct Row: Sendable, CustomTestStringConvertible {
        var status: Int
        var type = ""
        var shouldRetry: Bool?
        var isFree: Bool
        var isRetried: Bool

        var testDescription: String { "\(status) \(type) \(shouldRetry.map(String.init) ?? "")" }
    }

    @Test(arguments: [
        Row(status: 400, isFree: true, isRetried: false), Row(status: 401, isFree: true, isRetried: false),
        Row(status: 402, isFree: true, isRetried: false), Row(status: 403, isFree: true, isRetried: false),
        Row(status: 404, isFree: true, isRetried: false), Row(status: 413, isFree: true, isRetried: false),
        Row(status: 422, isFree: true, isRetried: false), Row(status: 307, isFree: true, isRetried: false),
        Row(status: 307, shouldRetry: true, isFree: true, isRetried: false),
        Row(status: 408, isFree: false, isRetried: true), Row(status: 409, isFree: false, isRetried: true),
        Row(status: 429, isFree: true, isRetried: true),
        Row(status: 429, type: "rate_limit_exceeded", isFree: true, isRetried: true),
        Row(status: 429, type: "insufficient_quota", isFree: true, isRetried: false),
        Row(status: 429, type: "billing_hard_limit_reached", shouldRetry: true, isFree: true, isRetried: false),
        Row(status: 429, shouldRetry: false, isFree: true, isRetried: false),
        Row(status: 400, shouldRetry: true, isFree: true, isRetried: true),
        Row(status: 499, isFree: false, isRetried: false),
        Row(status: 500, isFree: false, isRetried: true), Row(status: 502, isFree: false, isRetried: true),
        Row(status: 503, isFree: false, isRetried: true), Row(status: 529, isFree: false, isRetried: true),
        Row(status: 500, shouldRetry: false, isFree: false, isRetried: false),
    ])
    func statusesAreJudged(row: Row) {
        let error = VendorError(["error": ["message": "m", "type": .string(row.type)]])
        let hints = ServerHints(shouldRetry: row.shouldRetry, retryAfter: .seconds(3))
        let verdict = AttemptVerdict(.refused(status: row.status, error, hints))
        if case .nothing = verdict.charge { #expect(row.isFree) } else { #expect(!row.isFree) }
        if case .retry(_, let asked) = verdict.next {
            #expect(row.isRetried)
            #expect(asked == .seconds(3))
        } else {
            #expect(!row.isRetried)
        }
    }

    /// What cannot be used is told of the model; only what is no answer at all is told of the server.
    @Test func anAnswerThatCannotBeUsedIsNoOutage() {
        let faults: [ChatStreamFault] = [
            .malformed("too many tool calls"), .oversized(limitInBytes: 9), .foreign("HTML"), .cut("ended"),
        ]
        let verdicts = faults.map { AttemptVerdict(.fault($0, usage: nil)) }
        #expect(verdicts.map { ServerContact($0.next) } == [.answered, .answered, .failed("HTML"), .failed("ended")])
    }

    @Test(arguments: [200, 301, 307, 400, 401, 402, 403, 404, 413, 422, 429])
    func aRefusalOfTheRequestIsNotOneOfEverybody(status: Int) {
        let reply = ModelCallError.Reply(status: status, message: "", attempts: 1)
        #expect(reply.concernsEverybody == ![400, 404, 413, 422].contains(status))
    }
}
