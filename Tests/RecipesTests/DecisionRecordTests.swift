import MoonshiftTestSupport
import Packs
import Plans
import PolicyContract
import Testing
import Vocabulary

@testable import Recipes

@Suite struct DecisionRecordTests {
    @Test func everyCallIsRecordedWithWhatItSawAndSaid() async throws {
        let heard = Heard()
        let host = try builtInHost(hearing: heard)
        _ = try await host.retry(.example(.testsFailed))
        _ = try await host.toolchain(for: .example())
        let record = try #require(heard.decisions.first)
        #expect(record.policy == "retry" && record.source == "pack default")
        #expect(record.digest == (await host.digest()))
        #expect(record.ticks > 0 && record.error == nil)
        #expect(record.input["failure"]?["kind"] == "tests_failed")
        #expect(record.input["settings"] == ["max_attempts": 3])
        #expect(record.output?["action"] == "retry")
        #expect(heard.decisions.dropFirst().map(\.policy) == ["toolchain generic matches", "toolchain lua matches"])
    }

    @Test func theSameQuestionHasTheSameAnswerAndTicks() async throws {
        var records: [DecisionRecord] = []
        for _ in 0..<5 {
            let heard = Heard()
            _ = try await builtInHost(hearing: heard).prompt(.example())
            records.append(try #require(heard.decisions.first))
        }
        #expect(Set(records.map(\.ticks)).count == 1)
        #expect(Set(records.map(\.output)).count == 1)
    }

    @Test func manyQuestionsAtOnceAllGetTheirAnswer() async throws {
        let host = try builtInHost()
        let kinds = try await withThrowingTaskGroup(of: RetryDecision.Action.self) { group in
            for index in 0..<500 {
                group.addTask { try await host.retry(.example(index.isMultiple(of: 2) ? .budget : .timeout)).action }
            }
            return try await group.reduce(into: [:]) { $0[$1, default: 0] += 1 }
        }
        #expect(kinds == [.giveUp: 250, .retry: 250])
    }
}
