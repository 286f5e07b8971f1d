package import CommandRunner
import Glibc
package import Logging
import Synchronization
import Telemetry

/// A few folders in which the commands of many features take turns.
///
/// A slot is made when it is first needed and then moves from tree to tree by writing only the files that differ; after
/// each lease everything that a command left behind goes. So disk and time grow with the number of slots, not of features.
package final class WorktreePool: Sendable {
    private struct State {
        var idle: [(slot: Slot, near: ObjectID)] = []
        /// Slots that are there or being made.
        var count = 0
        var nextNumber = 1
        var waiters: [Waiter] = []
        var nextWaiter = 0
        var isShutDown = false
    }

    private struct Waiter {
        let id: Int
        let near: ObjectID
        let continuation: CheckedContinuation<Slot?, any Error>
        /// How many came later and were served before.
        var overtaken = 0
    }

    /// How often one who waits may be overtaken by those whose files are nearer to the ones in the slot.
    private static let overtakingLimit = 4

    private let repository: Repository
    private let root: String
    private let size: Int
    private let namePrefix: String
    private let rootLock: RootLock
    private let logger: Logger
    private let state = Mutex(State())
    /// Making and deleting slots changes folders that all of them share.
    private let administration = Mutex(())

    /// Takes `root` for this pool alone, and deletes what a killed run left there.
    ///
    /// `root`: a folder for the slots, made if missing; outside the user's work tree. Fast where files are in
    /// memory or on a file system that deletes fast.
    ///
    /// `size`: how many leases there can be at once, 1 or more.
    ///
    /// `commands`: not used to move files; kept for callers that share one runner.
    ///
    /// - Throws: ``WorktreeError/rootInUse(path:)`` while another process has a pool there.
    package init(
        repository: Repository, root: String, size: Int, commands: CommandRunner, logger: Logger = .current
    ) throws {
        self.repository = repository
        self.size = max(1, size)
        self.logger = logger
        try HostFile.makeFolder(root)
        let resolved = try HostFile.resolved(root)
        self.root = resolved
        rootLock = try RootLock(folder: resolved)
        // Unique in the repository too, where the last component is all that git goes by.
        namePrefix = "moonshift-\(ObjectID.blob(of: Array(resolved.utf8)).description.prefix(10))-"
        try deleteLeftovers()
    }

    /// Lends a worktree that holds exactly `tree` with `changes`, to one caller at a time, about in the order of asking.
    ///
    /// The worktree is the caller's until `body` ends; all commands in it must have ended by then.
    ///
    /// `near`: the tree that `tree` was made of, by default `tree` itself. Callers that name the same one get the same slot
    /// where that makes nobody wait long, since fewer files have to be written then.
    ///
    /// - Throws: What `body` throws; `CancellationError` while waiting; ``WorktreeError``, ``RepositoryError``.
    package func withWorktree<Result>(
        _ tree: ObjectID, changes: [String: FileChange] = [:], near: ObjectID? = nil,
        _ body: (Worktree) async throws -> Result
    ) async throws -> Result {
        let near = near ?? tree
        let slot = try await acquire(tree, near: near)
        do {
            try await move(slot, to: tree, changes: changes)
            let result = try await body(Worktree(slot: slot))
            await release(slot, near: near)
            return result
        } catch {
            await release(slot, near: near)
            throw error
        }
    }

    /// How many callers wait for a slot now.
    package var waitingCount: Int {
        state.withLock { $0.waiters.count }
    }

    /// Deletes all slots. Leases that are out end first; who waits is refused.
    ///
    /// Safe to call twice.
    package func shutdown() async {
        let (waiters, slots) = state.withLock { state in
            defer { (state.isShutDown, state.waiters, state.idle) = (true, [], []) }
            return (state.waiters, state.idle.map(\.slot))
        }
        for waiter in waiters {
            waiter.continuation.resume(throwing: WorktreeError.shutDown)
        }
        for slot in slots {
            await discard(slot)
        }
        // With leases out, the last of them ends what is left.
        if state.withLock({ $0.count == 0 }) { rootLock.unlock() }
    }

    @concurrent
    private func move(_ slot: Slot, to tree: ObjectID, changes: [String: FileChange]) async throws {
        try repository.metrics.measure(.worktrees) { try slot.move(to: tree, changes: changes) }
    }

    private func acquire(_ tree: ObjectID, near: ObjectID) async throws -> Slot {
        try Task.checkCancellation()
        let id = state.withLock { state in
            defer { state.nextWaiter += 1 }
            return state.nextWaiter
        }
        let slot = try await withTaskCancellationHandler {
            try await withCheckedThrowingContinuation { continuation in
                enqueue(Waiter(id: id, near: near, continuation: continuation))
            }
        } onCancel: {
            cancel(id)
        }
        guard let slot else { return try await makeSlot(tree) }
        return slot
    }

    /// Answers the waiter with an idle slot, with nil when it may make one, or later.
    private func enqueue(_ waiter: Waiter) {
        let isCancelled = Task.isCancelled
        let answer: Swift.Result<Slot?, any Error>? = state.withLock { state in
            if state.isShutDown { return .failure(WorktreeError.shutDown) }
            if isCancelled { return .failure(CancellationError()) }
            if !state.idle.isEmpty {
                let index = state.idle.lastIndex { $0.near == waiter.near } ?? state.idle.count - 1
                return .success(state.idle.remove(at: index).slot)
            }
            if state.count < size {
                state.count += 1
                return .success(nil)
            }
            state.waiters.append(waiter)
            return nil
        }
        if let answer { waiter.continuation.resume(with: answer) }
    }

    private func cancel(_ id: Int) {
        let waiter = state.withLock { state in
            state.waiters.firstIndex { $0.id == id }.map { state.waiters.remove(at: $0) }
        }
        waiter?.continuation.resume(throwing: CancellationError())
    }

    @concurrent
    private func makeSlot(_ tree: ObjectID) async throws -> Slot {
        do {
            let number = state.withLock { state in
                defer { state.nextNumber += 1 }
                return state.nextNumber
            }
            let author = Signature(name: "Moonshift", email: "moonshift@localhost", time: 0)
            let head = try repository.commit(tree: tree, parents: [], message: "worktree\n", author: author)
            return try administration.withLock { _ in
                try Slot(name: "\(namePrefix)\(number)", root: root, repository: repository, head: head)
            }
        } catch {
            giveUpPlace()
            throw error
        }
    }

    /// Cleans a slot and hands it on; one that cannot be cleaned is given up and its place becomes free.
    @concurrent
    private func release(_ slot: Slot, near: ObjectID) async {
        do {
            try repository.metrics.measure(.worktrees) { try slot.sweep() }
        } catch {
            logger.warning(
                "Worktree could not be cleaned and is replaced",
                metadata: ["worktree.path": "\(slot.path)", "error": "\(error)"])
            return await discard(slot)
        }
        let next: Waiter?? = state.withLock { state in
            if state.isShutDown { return .none }
            if state.waiters.isEmpty {
                state.idle.append((slot, near))
                return .some(nil)
            }
            return .some(Self.takeNext(from: &state.waiters, near: near))
        }
        switch next {
        case .some(let waiter): waiter?.continuation.resume(returning: slot)
        case .none: await discard(slot)
        }
    }

    /// The first who waits, or one soon after whose files are nearer.
    private static func takeNext(from waiters: inout [Waiter], near: ObjectID) -> Waiter {
        var index = 0
        if let first = waiters.first, first.near != near, first.overtaken < overtakingLimit {
            index = waiters.firstIndex { $0.near == near } ?? 0
        }
        for earlier in 0..<index { waiters[earlier].overtaken += 1 }
        return waiters.remove(at: index)
    }

    @concurrent
    private func discard(_ slot: Slot) async {
        administration.withLock { _ in
            do {
                try Slot.delete(name: slot.name, root: root, commonDirectory: repository.commonDirectory)
            } catch {
                logger.warning(
                    "Worktree could not be deleted", metadata: ["worktree.path": "\(slot.path)", "error": "\(error)"])
            }
        }
        giveUpPlace()
    }

    /// One slot less: the first waiter may make a new one.
    private func giveUpPlace() {
        let (next, isLast) = state.withLock { state in
            if state.waiters.isEmpty {
                state.count -= 1
                return (Waiter?.none, state.isShutDown && state.count == 0)
            }
            return (state.waiters.removeFirst(), false)
        }
        next?.continuation.resume(returning: nil)
        if isLast { rootLock.unlock() }
    }

    private func deleteLeftovers() throws {
        try SlotFolder.withRoot(root) { folder in
            for name in try folder.names() where name.hasPrefix(SlotFolder.deletedPrefix) {
                try folder.remove(name)
            }
        }
        var names = Set(HostFile.names(in: root).map { $0.hasSuffix(".scratch") ? String($0.dropLast(8)) : $0 })
        for place in ["worktrees", "moonshift/slots"] {
            names.formUnion(HostFile.names(in: "\(repository.commonDirectory)/\(place)"))
        }
        for name in names.sorted() where name.hasPrefix(namePrefix) {
            logger.info("Worktree of a killed run is deleted", metadata: ["worktree.name": "\(name)"])
            try Slot.delete(name: name, root: root, commonDirectory: repository.commonDirectory)
        }
    }
}
