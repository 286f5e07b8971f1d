import Foundation
import MoonshiftTestSupport
import Synchronization
import Testing
import Workspaces

@Suite struct ReferenceTests {
    private static let branch = "refs/heads/moonshift/r1/b1"
    private static let candidate = "refs/moonshift/r1/feature/f/1"

    private static func make(_ name: String, _ id: ObjectID, old: ObjectID? = nil) -> ReferenceUpdate {
        ReferenceUpdate(name: name, new: id, old: old)
    }

    @Test func referencesMoveTogetherAndGitSeesThem() async throws {
        let fixture = try await Fixture()
        let next = try fixture.commit(["a": .text("1")])
        try fixture.repository.update([Self.make(Self.branch, next), Self.make(Self.candidate, fixture.head)])
        #expect(try await fixture.git.git("rev-parse", Self.branch) == next.description)
        #expect(try fixture.repository.reference(Self.candidate) == fixture.head)
        #expect(
            try fixture.repository.references("refs/moonshift/r1/") == [Self.candidate: fixture.head])
        try fixture.repository.update([ReferenceUpdate(name: Self.candidate, new: nil, old: fixture.head)])
        #expect(try fixture.repository.reference(Self.candidate) == nil)
        #expect(try await fixture.git.git("fsck", "--no-dangling") == "")
    }

    @Test(arguments: [false, true])
    func oneStaleValueStopsAll(isPacked: Bool) async throws {
        let fixture = try await Fixture()
        let next = try fixture.commit(["a": .text("1")])
        try fixture.repository.update([Self.make(Self.branch, fixture.head), Self.make(Self.candidate, fixture.head)])
        if isPacked { try await fixture.git.git("pack-refs", "--all", "--prune") }
        let error = RepositoryError.staleReference(name: Self.candidate, expected: next, found: fixture.head)
        #expect(throws: error) {
            try fixture.repository.update([
                Self.make(Self.branch, next, old: fixture.head), Self.make(Self.candidate, next, old: next),
            ])
        }
        #expect(try fixture.repository.reference(Self.branch) == fixture.head)
        #expect(throws: RepositoryError.staleReference(name: Self.branch, expected: nil, found: fixture.head)) {
            try fixture.repository.update([Self.make(Self.branch, next)])
        }
        try fixture.repository.update([
            Self.make(Self.branch, next, old: fixture.head),
            ReferenceUpdate(name: Self.candidate, new: nil, old: fixture.head),
        ])
        #expect(
            try await fixture.git.git(
                "for-each-ref", "--format=%(refname) %(objectname)", "refs/moonshift", "refs/heads/moonshift")
                == "\(Self.branch) \(next)")
    }

    @Test(.timeLimit(.minutes(1))) func ofFiftyRacingUpdatesOneWins() async throws {
        let fixture = try await Fixture()
        try fixture.repository.update([Self.make(Self.branch, fixture.head)])
        let other = try Repository.open(path: fixture.git.path)
        let commits = try (0..<50).map { try fixture.commit(["n": .text("\($0)")]) }
        let winners = await withTaskGroup(of: ObjectID?.self) { group in
            for (index, commit) in commits.enumerated() {
                group.addTask { @concurrent in
                    let repository = index % 2 == 0 ? fixture.repository : other
                    do {
                        try repository.update([Self.make(Self.branch, commit, old: fixture.head)])
                        return commit
                    } catch {
                        return nil
                    }
                }
            }
            return await group.reduce(into: [ObjectID]()) { if let id = $1 { $0.append(id) } }
        }
        #expect(winners.count == 1)
        #expect(try fixture.repository.reference(Self.branch) == winners.first)
        #expect(try fixture.repository.log(of: Self.branch).map(\.new) == [fixture.head] + winners)
    }

    @Test(arguments: [false, true], [false, true])
    func everyValueOfABranchIsInItsLog(isBare: Bool, isLogOff: Bool) async throws {
        let fixture = try await Fixture(isBare: isBare)
        if isLogOff { try await fixture.git.git("config", "core.logAllRefUpdates", "false") }
        let values = [fixture.head, try fixture.commit(["a": .text("1")]), try fixture.commit(["a": .text("2")])]
        try fixture.repository.update([Self.make(Self.branch, values[0])], message: "made")
        try fixture.repository.update([Self.make(Self.branch, values[1], old: values[0])], message: "landed 1")
        try fixture.repository.update([Self.make(Self.branch, values[2], old: values[1])], message: "landed 2")
        let log = try fixture.repository.log(of: Self.branch)
        #expect(log.map(\.new) == values)
        #expect(log.map(\.old) == [nil] + values.dropLast())
        #expect(log.map(\.message) == ["made", "landed 1", "landed 2"])
        let output = try await fixture.git.git("log", "-g", "--format=%H", Self.branch)
        #expect(output.split(separator: "\n").map(String.init) == values.reversed().map(\.description))
    }

    @Test(arguments: ["refs/heads/main", "HEAD", "refs/tags/v1", "refs/heads/moonshiftx", "refs/notes/x"])
    func theUsersReferencesAreRefused(name: String) async throws {
        let fixture = try await Fixture()
        #expect(throws: RepositoryError.foreignReference(name: name)) {
            try fixture.repository.update([Self.make(name, fixture.head)])
        }
    }

    @Test func aBranchThatIsCheckedOutIsRefused() async throws {
        let fixture = try await Fixture()
        try fixture.repository.update([Self.make(Self.branch, fixture.head)])
        let linked = fixture.git.directory.path(of: "linked")
        try await fixture.git.git("worktree", "add", "-q", linked, "moonshift/r1/b1")
        let next = try fixture.commit(["a": .text("1")])
        #expect {
            try fixture.repository.update([Self.make(Self.branch, next, old: fixture.head)])
        } throws: { error in
            if case RepositoryError.checkedOutReference(Self.branch, _) = error { true } else { false }
        }
    }

    @Test func aReferenceToSomethingElseThanACommitIsRefused() async throws {
        let fixture = try await Fixture()
        let missing = try #require(ObjectID(hex: String(repeating: "ab", count: 20)))
        #expect(throws: RepositoryError.objectMissing(missing)) {
            try fixture.repository.update([Self.make(Self.candidate, missing)])
        }
        #expect(throws: RepositoryError.self) {
            try fixture.repository.update([Self.make(Self.candidate, fixture.tree)])
        }
    }

    @Test func aLockOfAnotherProcessIsReportedAndAnAbandonedOneCleared() async throws {
        let fixture = try await Fixture()
        try fixture.repository.update([Self.make(Self.branch, fixture.head)])
        let lock = "\(fixture.repository.commonDirectory)/\(Self.branch).lock"
        try Data().write(to: URL(fileURLWithPath: lock))
        let next = try fixture.commit(["a": .text("1")])
        #expect(throws: RepositoryError.lockedReference(name: Self.branch)) {
            try fixture.repository.update([
                Self.make(Self.branch, next, old: fixture.head), Self.make(Self.candidate, next),
            ])
        }
        #expect(try fixture.repository.reference(Self.candidate) == nil)
        #expect(fixture.repository.clearAbandonedLocks() == [Self.branch])
        try fixture.repository.update([Self.make(Self.branch, next, old: fixture.head)])
    }

    @Test(arguments: [false, true])
    func theUsersSideStaysByteIdentical(isBare: Bool) async throws {
        let fixture = try await Fixture(isBare: isBare)
        if !isBare { try fixture.git.write("dirty\n", to: "README.md") }
        let before = try await fixture.usersView()
        let next = try fixture.commit(["a": .text("1")])
        try fixture.repository.update([Self.make(Self.branch, next), Self.make(Self.candidate, next)])
        _ = try await fixture.repository.merge(
            base: fixture.head, ours: next, theirs: try fixture.commit(["a": .text("2")]))
        let pool = try WorktreePool(
            repository: fixture.repository, root: fixture.git.directory.path(of: "slots"), size: 2,
            commands: Pool.commands)
        try await pool.withWorktree(fixture.tree, changes: ["x": .text("1")]) { worktree in
            try worktree.prepareGit(head: fixture.head)
        }
        await pool.shutdown()
        #expect(try await fixture.usersView() == before)
        #expect(try await fixture.git.git("worktree", "list").split(separator: "\n").count == 1)
    }

    @Test func manyReferencesMoveAtOnce() async throws {
        let fixture = try await Fixture()
        let updates = (0..<300).map { Self.make("refs/moonshift/r1/feature/f\($0)/1", fixture.head) }
        try fixture.repository.update(updates)
        #expect(try fixture.repository.references("refs/moonshift/").count == 300)
        try await fixture.git.git("pack-refs", "--all")
        try fixture.repository.update(updates.map { ReferenceUpdate(name: $0.name, new: nil, old: $0.new) })
        #expect(try fixture.repository.references("refs/moonshift/").isEmpty)
    }
}
