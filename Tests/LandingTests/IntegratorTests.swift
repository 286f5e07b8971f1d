import Landing
import Testing
import Vocabulary
import Workspaces

@Suite(.timeLimit(.minutes(2))) struct IntegratorTests {
    /// A batch whose branch is one candidate on the site's base, or on another batch's tip.
    private func member(
        _ site: LandingSite, _ name: String, _ content: [String: String], on base: ObjectID? = nil,
        after: [BatchID] = []
    ) throws -> IntegrationMember {
        let candidate = try site.candidate(name, content, base: base)
        return IntegrationMember(
            batch: BatchID(rawValue: name), base: base ?? site.base, tip: candidate.commit, after: after,
            judgements: candidate.judgements)
    }

    private func integrate(_ site: LandingSite, _ members: [IntegrationMember]) async throws -> Integration {
        try await Integrator(repository: site.repository, bench: site.bench, author: { LandingSite.author })
            .integrate(members, onto: site.base, fullSuite: nil, testSlots: 1)
    }

    @Test func batchesThatFitBecomeOneTestedTip() async throws {
        let site = try await LandingSite(["a": "1\n"])
        let one = try member(site, "one", ["tests/one.sh": "true\n"])
        let stacked = try member(
            site, "stacked", ["tests/stacked.sh": "test -e tests/one.sh\n"], on: one.tip, after: ["one"])
        let two = try member(site, "two", ["tests/two.sh": "true\n"])
        let result = try await integrate(site, [one, stacked, two])
        #expect(result.batches == ["one", "stacked", "two"])
        #expect(result.problems.isEmpty)
        #expect(site.toolchain.commandSizes == [3])
        for name in ["one", "stacked", "two"] { #expect(try site.text("tests/\(name).sh", in: result.tip) != nil) }
        #expect(try site.repository.isAncestor(stacked.tip, of: result.tip))
        #expect(try site.repository.isAncestor(two.tip, of: result.tip))
        await site.shutdown()
    }

    @Test func aBatchThatDoesNotMergeIsLeftOutWithWhatStandsOnIt() async throws {
        let site = try await LandingSite(["a": "1\n"])
        let one = try member(site, "one", ["a": "2\n", "tests/one.sh": "true\n"])
        let two = try member(site, "two", ["a": "3\n", "tests/two.sh": "true\n"])
        let stacked = try member(site, "stacked", ["tests/stacked.sh": "true\n"], on: two.tip, after: ["two"])
        let three = try member(site, "three", ["tests/three.sh": "true\n"])
        let result = try await integrate(site, [one, two, stacked, three])
        #expect(result.batches == ["one", "three"])
        #expect(result.problems["two"] == "it does not merge with the others: a")
        #expect(result.problems["stacked"] == "it is stacked on two, which does not fit")
        #expect(try site.text("a", in: result.tip) == "2\n")
        await site.shutdown()
    }

    @Test func aBatchThatIsRedWithTheOthersIsFoundAndTheRestIsGreen() async throws {
        let site = try await LandingSite(["name": "old\n"])
        let rename = try member(site, "rename", ["name": "new\n", "tests/rename.sh": "grep -q new name\n"])
        let caller = try member(site, "caller", ["b": "1\n", "tests/caller.sh": "grep -q old name\n"])
        let rival = try member(site, "rival", ["b": "2\n", "tests/rival.sh": "true\n"])
        let last = try member(site, "last", ["tests/last.sh": "true\n"])
        let result = try await integrate(site, [rename, caller, rival, last])
        // Without the culprit there is nothing that `rival` could conflict with.
        #expect(result.batches == ["rename", "rival", "last"])
        #expect(result.problems == ["caller": "green alone, but red with the others: tests/caller.sh runs"])
        #expect(try site.text("b", in: result.tip) == "2\n")
        await site.shutdown()
    }

    @Test func oneBatchAloneNeedsNoTest() async throws {
        let site = try await LandingSite(["a": "1\n"])
        let one = try member(site, "one", ["tests/one.sh": "true\n"])
        let result = try await integrate(site, [one])
        #expect(result.tip == one.tip)
        #expect(site.toolchain.commandSizes.isEmpty)
        await site.shutdown()
    }
}
