import PolicyContract
import Testing
import Vocabulary
import Workspaces

@testable import Verification

@Suite(.timeLimit(.minutes(1))) struct CheckGathererTests {
    private static let tree = ObjectID.blob(of: [1])
    private static let kind = CheckGatherer.Kind(tree: tree, toolchain: "lua")
    private let gatherer = CheckGatherer()

    private func judgement(_ name: String) -> Judgement {
        Judgement(toolchain: "lua", target: TestTarget(feature: "f", file: name, ids: ["t"]))
    }

    private func run(_ outcome: TestResult.Outcome) -> TestRun {
        TestRun(
            tree: Self.tree, results: [TestResult(file: "a", id: "t", outcome: outcome)], outputTail: "", exitCode: 0,
            isTimedOut: false, seconds: 1)
    }

    private func lead(_ name: String, _ kind: CheckGatherer.Kind = kind) throws -> CheckGatherer.Gathering {
        guard case .lead(let gathering) = gatherer.take(judgement(name), as: kind) else { throw Unexpected() }
        return gathering
    }

    private func join(_ name: String, _ kind: CheckGatherer.Kind = kind) throws -> CheckGatherer.Answer {
        guard case .join(let answer) = gatherer.take(judgement(name), as: kind) else { throw Unexpected() }
        return answer
    }

    private struct Unexpected: Error {}

    @Test func whoComesWhileTheLeaderWaitsJoinsAndIsAnswered() async throws {
        let gathering = try lead("a")
        let answers = [try join("b"), try join("c")]
        #expect(gathering.close().map(\.target.file) == ["a", "b", "c"])
        gathering.answer([run(.failed), nil])
        gatherer.end(gathering, Self.kind)
        #expect(try await answers[0].wait() == run(.failed))
        #expect(try await answers[1].wait() == nil)
    }

    @Test func whoComesTooLateLeadsTheNext() throws {
        let first = try lead("a")
        _ = first.close()
        let second = try lead("b")
        gatherer.end(first, Self.kind)
        _ = try join("c")
        #expect(second.close().map(\.target.file) == ["b", "c"])
    }

    @Test func aLeaderThatFailsAnswersNobodyAndHoldsNobody() async throws {
        let gathering = try lead("a")
        let answer = try join("b")
        gatherer.end(gathering, Self.kind)
        #expect(try await answer.wait() == nil)
        _ = try lead("c")
    }

    @Test func onlyChecksOfOneKindShare() throws {
        _ = try lead("a")
        _ = try lead("b", CheckGatherer.Kind(tree: .blob(of: [2]), toolchain: "lua"))
        _ = try lead("c", CheckGatherer.Kind(tree: Self.tree, toolchain: "python-pytest"))
        _ = try lead("d", CheckGatherer.Kind(tree: Self.tree, toolchain: "lua", testCommand: ["make"]))
    }

    @Test func aFullGatheringTakesNobodyMore() throws {
        let first = try lead("0")
        for number in 1..<CheckGatherer.limit { _ = try join(String(number)) }
        _ = try lead("next")
        #expect(first.close().count == CheckGatherer.limit)
    }

    @Test func whoIsCancelledWaitsNoLonger() async throws {
        let gathering = try lead("a")
        let answer = try join("b")
        let waiting = Task { try await answer.wait() }
        waiting.cancel()
        await #expect(throws: CancellationError.self) { try await waiting.value }
        #expect(gathering.close().count == 2)
    }
}
