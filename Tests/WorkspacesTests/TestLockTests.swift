import Foundation
import Testing
import Workspaces

@Suite struct TestLockTests {
    @Test func breachesAreNamed() {
        let lock = TestLock(
            files: ["t.py": .blob(of: "t".bytes), "u.py": .blob(of: "u".bytes), "v.py": .blob(of: "v".bytes)],
            absentPaths: ["conftest.py"], ids: ["test_a"])
        let violations = lock.check([
            "t.py": .text("changed"), "u.py": .delete, "v.py": .text("v"), "conftest.py": .text("evil"),
            "src.py": .text("fine"),
        ])
        #expect(
            violations == [
                .init(path: "conftest.py", kind: .created), .init(path: "t.py", kind: .modified),
                .init(path: "u.py", kind: .deleted),
            ])
        #expect(lock.check(["src.py": .delete]) == [])
    }

    @Test func restoringPutsTheLockedFilesBack() async throws {
        let fixture = try await Fixture()
        let repository = fixture.repository
        let generated = try repository.write(blob: "generated\n".bytes)
        let original = try #require(try repository.entry("tests/test_main.py", in: fixture.tree))
        let lock = TestLock(
            files: ["tests/test_main.py": original.id, "tests/test_new.py": generated],
            absentPaths: ["conftest.py", "README.md"], ids: ["test_main"])
        let restored = try lock.restored(
            [
                "tests/test_main.py": .text("assert True"), "tests/test_new.py": .delete, "conftest.py": .text("evil"),
                "src/main.py": .text("mine"),
            ], base: fixture.tree, in: repository)
        #expect(
            restored == [
                "tests/test_new.py": .text("generated\n"), "src/main.py": .text("mine"), "README.md": .delete,
            ])
        #expect(lock.check(restored) == [])
        #expect(try JSONDecoder().decode(TestLock.self, from: JSONEncoder().encode(lock)) == lock)
    }
}
