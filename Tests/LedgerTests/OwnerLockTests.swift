import Foundation
import Ledger
import MoonshiftTestSupport
import Testing
import Vocabulary

@Suite struct OwnerLockTests {
    @Test func oneOwnerAtATimeAndTheOtherLearnsWho() throws {
        let folder = try TemporaryDirectory("owner")
        let lock = try OwnerLock.acquire(directory: folder.path, run: "r1", time: 0)
        let error = #expect(throws: LedgerError.self) { try OwnerLock.acquire(directory: folder.path) }
        guard case .owned(let path, let owner) = error else {
            Issue.record("expected owned, got \(String(describing: error))")
            return
        }
        #expect(path == folder.path(of: "owner.lock"))
        #expect(owner.pid == getpid())
        #expect(owner.run == "r1")
        #expect(error?.description.contains("process \(getpid())") == true)
        #expect(OwnerLock.owner(directory: folder.path) == owner)
        withExtendedLifetime(lock) {}
    }

    @Test func theLockIsFreeWhenItsOwnerIsGone() throws {
        let folder = try TemporaryDirectory("owner")
        var lock: OwnerLock? = try OwnerLock.acquire(directory: folder.path)
        #expect(lock != nil)
        lock = nil
        #expect(OwnerLock.owner(directory: folder.path) == nil)
        lock = try OwnerLock.acquire(directory: folder.path)
        #expect(OwnerLock.owner(directory: folder.path)?.pid == getpid())
    }

    @Test func aKilledOwnerLeavesTheLockFree() async throws {
        let folder = try TemporaryDirectory("owner")
        let path = folder.path
        await #expect(processExitsWith: .signal(SIGKILL)) { [path = path as String] in
            let lock = try OwnerLock.acquire(directory: path, run: "r1")
            withExtendedLifetime(lock) { _ = kill(getpid(), SIGKILL) }
        }
        #expect(OwnerLock.owner(directory: folder.path) == nil)
        #expect(throws: Never.self) { try OwnerLock.acquire(directory: folder.path) }
    }

    @Test func aChildProcessDoesNotKeepTheLock() throws {
        let folder = try TemporaryDirectory("owner")
        var lock: OwnerLock? = try OwnerLock.acquire(directory: folder.path)
        let child = Process()
        child.executableURL = URL(fileURLWithPath: "/bin/cat")
        child.standardInput = Pipe()
        child.standardOutput = FileHandle.nullDevice
        try child.run()
        defer { child.terminate() }
        #expect(lock != nil)
        lock = nil
        #expect(throws: Never.self) { try OwnerLock.acquire(directory: folder.path) }
    }

    @Test func aMissingFolderIsSaid() {
        let error = #expect(throws: LedgerError.self) { try OwnerLock.acquire(directory: "/no/such/folder") }
        guard case .cannotOpen = error else {
            Issue.record("expected cannotOpen, got \(String(describing: error))")
            return
        }
        #expect(OwnerLock.owner(directory: "/no/such/folder") == nil)
    }
}
