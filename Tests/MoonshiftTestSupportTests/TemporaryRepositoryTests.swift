import Foundation
import MoonshiftTestSupport
import Testing

@Suite struct TemporaryRepositoryTests {
    @Test func equalStepsGiveEqualHashes() async throws {
        let one = try await TemporaryRepository(files: ["a.txt": "a\n", "b/c.txt": "c\n"])
        let other = try await TemporaryRepository(files: ["a.txt": "a\n", "b/c.txt": "c\n"])
        #expect(try await one.git("rev-parse", "HEAD") == other.git("rev-parse", "HEAD"))
        try one.write("new", to: "a.txt")
        let commit = try await one.commit("Change")
        #expect(
            try await one.git("log", "-1", "--format=%H %s %an %ce")
                == "\(commit) Change Test Author committer@example.com")
        #expect(try await one.git("status", "--porcelain") == "")
        #expect(try await one.git("symbolic-ref", "HEAD") == "refs/heads/main")
    }

    @Test func aBareRepositoryHasCommitsButNoIndex() async throws {
        let repository = try await TemporaryRepository(isBare: true, files: ["a.txt": "a\n"])
        #expect(try await repository.git("show", "main:a.txt") == "a")
        #expect(try await repository.git("rev-parse", "--is-bare-repository") == "true")
        #expect(!repository.directory.exists("repository.git/index"))
        #expect(try repository.read("a.txt") == "a\n")
    }

    @Test func theUsersConfigurationHasNoPart() async throws {
        let repository = try await TemporaryRepository()
        #expect(try await repository.git("config", "--list", "--show-scope").contains("global") == false)
        await #expect(throws: TemporaryRepository.GitFailure.self) { try await repository.git("no-such-command") }
    }

    @Test func itIsGoneWithItsLastReference() async throws {
        var repository: TemporaryRepository? = try await TemporaryRepository()
        let path = try #require(repository?.directory.path)
        repository = nil
        #expect(!FileManager.default.fileExists(atPath: path))
    }
}
