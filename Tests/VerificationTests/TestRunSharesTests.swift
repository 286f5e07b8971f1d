import PolicyContract
import Testing
import Vocabulary
import Workspaces

@testable import Verification

@Suite struct TestRunSharesTests {
    /// What a run of two features' tests proves of the first, whose two tests ended in these ways.
    @Test(arguments: TestResult.Outcome.allCases, TestResult.Outcome.allCases)
    func onlyACompleteFailureIsTaken(first: TestResult.Outcome, second: TestResult.Outcome) throws {
        let share = try #require(shares([first, second], neighbour: .passed).first)
        let isMissing = first == .missing || second == .missing
        let isGreen = first == .passed && second == .passed
        #expect((share == nil) == (isMissing || isGreen))
        guard let share else { return }
        #expect(share.results.map(\.outcome) == [first, second])
        #expect(!share.isGreen)
        #expect(share.seconds == 2)
        #expect(!share.outputTail.contains("neighbour"))
    }

    @Test func aCommandThatRanOutOfTimeProvesNothing() {
        #expect(shares([.failed, .failed], neighbour: .failed, isTimedOut: true).allSatisfy { $0 == nil })
    }

    @Test func featuresThatShareAFileGetTheirOwnTests() throws {
        let target = { TestTarget(feature: "f", file: "a", ids: [$0]) }
        let run = TestRun(
            tree: .blob(of: []),
            results: [
                TestResult(file: "a", id: "one", outcome: .failed), TestResult(file: "a", id: "two", outcome: .passed),
            ], outputTail: "", exitCode: 1, isTimedOut: false, seconds: 1)
        let shares = run.shares(of: ["one", "two"].map { Judgement(toolchain: "lua", target: target($0)) })
        #expect(shares[0]?.results.map(\.id) == ["one"])
        #expect(shares[1] == nil)
    }

    private func shares(
        _ outcomes: [TestResult.Outcome], neighbour: TestResult.Outcome, isTimedOut: Bool = false
    ) -> [TestRun?] {
        let own = zip(["one", "two"], outcomes).map { TestResult(file: "a", id: $0, outcome: $1, message: "own") }
        let other = TestResult(file: "b", id: "three", outcome: neighbour, message: "neighbour")
        let run = TestRun(
            tree: .blob(of: []), results: own + [other], outputTail: "neighbour", exitCode: 1, isTimedOut: isTimedOut,
            seconds: 4)
        return run.shares(of: [
            Judgement(toolchain: "lua", target: TestTarget(feature: "f", file: "a", ids: ["one", "two"])),
            Judgement(toolchain: "lua", target: TestTarget(feature: "g", file: "b", ids: ["three"])),
        ])
    }
}
