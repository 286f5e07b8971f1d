import Foundation
import MoonshiftTestSupport
import Synchronization
import Testing
import Workspaces

@Suite(.heavy, .timeLimit(.minutes(1))) struct WorktreePoolTests {
    @Test func aLeaseHoldsExactlyTheTreeAndTheChanges() async throws {
        let pool = try await Pool()
        #expect(try await pool.disk() == Fixture.files)
        var expected = Fixture.files
        expected["README.md"] = nil
        expected["src/main.py"] = "new\n"
        expected["added/file"] = "added\n"
        let changes: [String: FileChange] = [
            "README.md": .delete, "src/main.py": .text("new\n"), "added/file": .text("added\n"),
        ]
        #expect(try await pool.disk(changes: changes) == expected)
        #expect(try await pool.disk() == Fixture.files)
        await pool.worktrees.shutdown()
    }

    @Test func aSlotMovesBetweenTreesBothWays() async throws {
        let pool = try await Pool()
        let other = try pool.fixture.repository.tree(
            pool.fixture.tree,
            applying: [
                "src/util/text.py": .delete, "src/util/deep/er/leaf.txt": .delete, "src/util": .text("a file now"),
                "README.md": .delete, "README.md/now": .text("a folder"), "run.sh": .write([], isExecutable: true),
            ])
        var expected = Fixture.files
        expected["src/util/text.py"] = nil
        expected["src/util/deep/er/leaf.txt"] = nil
        expected["src/util"] = "a file now"
        expected["README.md"] = nil
        expected["README.md/now"] = "a folder"
        expected["run.sh"] = ""
        for _ in 0..<2 {
            #expect(try await pool.disk(other) == expected)
            #expect(try await pool.run("test -x run.sh && echo yes", tree: other) == "yes\n")
            #expect(try await pool.disk() == Fixture.files)
            #expect(try await pool.run("test -x run.sh || echo no") == "no\n")
        }
        await pool.worktrees.shutdown()
    }

    private static let scripts = [
        "echo new > new.txt; mkdir -p a/b/c; echo x > a/b/c/d",
        "echo changed > src/main.py", "rm -r src", "rm README.md; mkdir README.md; echo x > README.md/x",
        "rm -r src; echo file > src", "chmod 000 src/main.py src; chmod 777 .", "mv src moved",
        "printf 'def main():\\n    return 2\\n' > src/main.py; touch -d @1 src/main.py",
        "ln README.md hard; echo more >> hard", "mkfifo pipe; ln -s nowhere dangling",
        "printf x > \"$(printf 'bad\\377name')\"", "echo x > 'new\nline'", "rm -f src/util/deep/er/leaf.txt",
        "i=0; while [ $i -lt 300 ]; do mkdir d; cd d; i=$((i+1)); done; echo deep > file",
        "chmod 000 src/util; mkdir -p locked/in; chmod 000 locked",
        "cp README.md copy; rm README.md; mv copy README.md",
        // Nothing of these is left but a content that is not ours.
        "ln README.md hard; echo more >> hard; rm hard",
        "mkdir in; ln src/main.py in/hard; echo more >> in/hard; rm -r in",
        "mkdir in; cd in; mkdir in; cd in; ln ../../src/main.py hard; echo more >> hard; cd ../..; rm -r in",
        "cp -a src copy; echo more >> copy/main.py; mv src away; mv copy src; rm -r away",
        "mv src/util away; echo more >> away/text.py; mv away src/util",
        "mv src/util away; mkdir src/util; mv away/* src/util; rmdir away; echo more >> src/util/deep/er/leaf.txt",
        "cd src; mkdir -p x/y; mv util x/y; mv x/y/util .; rm -r x; echo more >> util/text.py",
        "exec 3<>README.md; printf XX >&3", "truncate -s 3 README.md; touch -d @1 README.md", "chmod +x README.md",
        "mv README.md swap; mv src/main.py README.md; mv swap src/main.py",
        """
        exec /usr/bin/python3 -c "
        import mmap, os
        file = os.open('README.md', os.O_RDWR)
        memory = mmap.mmap(file, 0)
        os.close(file)
        memory[0:1] = b'X'
        os._exit(0)
        "
        """,
    ]

    @Test(arguments: scripts)
    func whatACommandLeavesIsGoneAfterTheLease(script: String) async throws {
        let pool = try await Pool()
        try await pool.run(script)
        #expect(try await pool.disk() == Fixture.files)
        #expect(try await pool.run("git rev-parse --git-dir").contains("/worktrees/"))
        await pool.worktrees.shutdown()
    }

    /// After its first lease a slot is watched, and only what was heard of is looked at.
    @Test(arguments: scripts)
    func aWatchedSlotIsCleanedAsWell(script: String) async throws {
        let pool = try await Pool()
        let added: [String: FileChange] = ["src/util/more/new.txt": .text("new\n"), "src/main.py": .delete]
        var expected = Fixture.files
        expected["src/util/more/new.txt"] = "new\n"
        expected["src/main.py"] = nil
        for _ in 0..<2 {
            try await pool.run("true")
            try await pool.run(script)
            #expect(try await pool.disk(changes: added) == expected)
            #expect(try await pool.disk() == Fixture.files)
        }
        await pool.worktrees.shutdown()
    }

    /// Scripts and trees in an order that nobody thought of.
    @Test(arguments: [1, 2, 3] as [UInt64])
    func noOrderOfLeasesLeavesATrace(seed: UInt64) async throws {
        let pool = try await Pool()
        var numbers = SeededGenerator(seed: seed)
        let changes: [(FileChange, path: String)] = [
            (.text("a\n"), "src/a.py"), (.text("b\n"), "src/util/b.py"), (.delete, "README.md"),
            (.delete, "src/util/deep/er/leaf.txt"), (.text("c\n"), "new/folder/c.txt"), (.text("d\n"), "src/main.py"),
        ]
        for _ in 0..<40 {
            let chosen = changes.shuffled(using: &numbers).prefix(Int.random(in: 0...3, using: &numbers))
            var expected = Fixture.files
            for (change, path) in chosen {
                guard case .write(let content, _) = change else {
                    expected[path] = nil
                    continue
                }
                expected[path] = String(decoding: content, as: UTF8.self)
            }
            let applied = Dictionary(uniqueKeysWithValues: chosen.map { ($0.path, $0.0) })
            #expect(try await pool.disk(changes: applied) == expected)
            let script = try #require(Self.scripts.randomElement(using: &numbers))
            // Some of them want files that are not there now.
            try await pool.run("(\(script)) 2> /dev/null || true", changes: applied)
        }
        await pool.worktrees.shutdown()
    }

    @Test func aQuickEditOfTheSameSizeIsSeen() async throws {
        let pool = try await Pool()
        for round in 0..<20 {
            let leased = try await pool.worktrees.withWorktree(
                pool.fixture.tree, changes: ["README.md": .text("round \(round % 10)\n")]
            ) { worktree in
                // No process in between: the edit comes as soon after ours as it can.
                let path = worktree.path + "/README.md"
                let handle = try #require(FileHandle(forUpdatingAtPath: path))
                try handle.write(contentsOf: Data("xxxxx".utf8))
                try handle.close()
                return try filesOnDisk(worktree.path)["README.md"]
            }
            #expect(leased == "xxxxx \(round % 10)\n")
            #expect(
                try await pool.disk(changes: ["README.md": .text("round \(round % 10)\n")])["README.md"]
                    == "round \(round % 10)\n")
        }
        await pool.worktrees.shutdown()
    }

    @Test func linksAreNeverFollowedOutOfTheSlot() async throws {
        let pool = try await Pool()
        let outside = pool.fixture.git.directory
        try outside.write("precious\n", to: "outside/util/text.py")
        try outside.write("precious\n", to: "outside/main.py")
        let before = try filesOnDisk(outside.path(of: "outside"))
        // The next lease writes below `src` and deletes below it: both would go through the link.
        try await pool.run("rm -r src; ln -s \(outside.path)/outside src; ln -s \(outside.path)/outside into")
        let other = try pool.fixture.repository.tree(
            pool.fixture.tree, applying: ["src/util/text.py": .delete, "src/main.py": .text("from us\n")])
        let disk = try await pool.disk(other)
        #expect(disk["src/main.py"] == "from us\n")
        #expect(disk["into"] == nil)
        #expect(try filesOnDisk(outside.path(of: "outside")) == before)
        await pool.worktrees.shutdown()
    }

    @Test func linksOfTheTreeAreLinksAndAreNotWrittenThrough() async throws {
        let pool = try await Pool()
        let repository = pool.fixture.repository
        let outside = pool.fixture.git.directory
        try outside.write("precious\n", to: "target")
        let link = try repository.write(blob: "\(outside.path)/target".bytes)
        try await pool.fixture.git.git("update-index", "--add", "--cacheinfo", "120000,\(link),link")
        let tree = try #require(ObjectID(hex: try await pool.fixture.git.git("write-tree")))
        #expect(try await pool.disk(tree)["link"] == "-> \(outside.path)/target")
        #expect(try await pool.disk(tree, changes: ["link": .text("mine\n")])["link"] == "mine\n")
        #expect(try await pool.disk(tree)["link"] == "-> \(outside.path)/target")
        #expect(try outside.read("target") == "precious\n")
        await #expect(throws: RepositoryError.self) {
            try await pool.disk(tree, changes: ["link/below": .text("x")])
        }
        #expect(try await pool.disk(tree)["link"] == "-> \(outside.path)/target")
        await pool.worktrees.shutdown()
    }

    @Test func theGitFileIsPutBackAndHostileConfigurationNeverRuns() async throws {
        let pool = try await Pool()
        let trap = pool.fixture.git.directory.path(of: "ran")
        try await pool.run(
            """
            rm .git; git init -q . ; git config core.fsmonitor 'touch \(trap); false'
            mkdir nested; cd nested; git init -q .; git config core.fsmonitor 'touch \(trap); false'; echo x > f
            """)
        _ = try await pool.fixture.repository.isDirty()
        #expect(try await pool.disk() == Fixture.files)
        let folder = try await pool.run("git rev-parse --git-common-dir")
        #expect(folder == pool.fixture.repository.commonDirectory + "\n")
        #expect(!pool.fixture.git.directory.exists("ran"))
        await pool.worktrees.shutdown()
    }

    @Test func theScratchFolderIsEmptyAtEachLease() async throws {
        let pool = try await Pool()
        try await pool.run("echo x > $SCRATCH/file; mkdir -p $SCRATCH/a/b; ln -s / $SCRATCH/root")
        #expect(try await pool.run("ls -A $SCRATCH") == "")
        await pool.worktrees.shutdown()
    }

    @Test func whatACommandChangedCanBeCollected() async throws {
        let pool = try await Pool()
        let found = try await pool.worktrees.withWorktree(pool.fixture.tree, changes: ["mine": .text("mine\n")]) {
            try await Pool.run(
                """
                echo edited > src/main.py; rm README.md; mkdir -p new/deep; echo n > new/deep/file; chmod +x new/deep/file
                ln -s /etc/passwd link; mkdir sub; cd sub; git init -q .; cd ..; head -c 2000 /dev/zero > big
                rm -r src/util; echo file > src/util
                """, $0)
            return try $0.changes(fileLimitInBytes: 1_000)
        }
        #expect(
            found.changes == [
                "src/main.py": .write("edited\n".bytes, isExecutable: false), "README.md": .delete,
                "new/deep/file": .write("n\n".bytes, isExecutable: true), "src/util/text.py": .delete,
                "src/util/deep/er/leaf.txt": .delete, "src/util": .write("file\n".bytes, isExecutable: false),
            ])
        #expect(found.refused == ["big", "link", "sub"])
        _ = try pool.fixture.repository.tree(pool.fixture.tree, applying: found.changes)
        await pool.worktrees.shutdown()
    }

    @Test(arguments: [false, true])
    func gitStatusIsCleanInAPreparedWorktree(isBare: Bool) async throws {
        let pool = try await Pool(isBare: isBare)
        let next = try pool.fixture.commit(["a/new": .text("1\n"), "README.md": .delete])
        let tree = try pool.fixture.repository.tree(of: next)
        let output = try await pool.worktrees.withWorktree(tree) { worktree in
            try worktree.prepareGit(head: next)
            return try await Pool.run(
                "git status --porcelain; git rev-parse HEAD; echo x >> a/new; git diff --name-only; git fsck --no-dangling",
                worktree)
        }
        #expect(output == "\(next)\na/new\n")
        await pool.worktrees.shutdown()
    }

    @Test func leasesAreGivenInTheOrderOfAsking() async throws {
        let pool = try await Pool()
        let order = await Self.order(of: Array(repeating: pool.fixture.tree, count: 5), in: pool)
        #expect(order == [0, 1, 2, 3, 4])
        await pool.worktrees.shutdown()
    }

    @Test func whoIsNearerGoesFirstButNotForEver() async throws {
        let pool = try await Pool()
        let far = try pool.fixture.repository.tree(pool.fixture.tree, applying: ["far": .text("far\n")])
        let order = await Self.order(of: [far] + Array(repeating: pool.fixture.tree, count: 7), in: pool)
        #expect(order == [1, 2, 3, 4, 0, 5, 6, 7])
        await pool.worktrees.shutdown()
    }

    /// In which order those who asked one after the other for these trees got the only slot, after a lease of the fixture's.
    private static func order(of trees: [ObjectID], in pool: Pool) async -> [Int] {
        let order = Order()
        let gate = Gate()
        await withTaskGroup { group in
            group.addTask {
                try? await pool.worktrees.withWorktree(pool.fixture.tree) { _ in try await gate.pass() }
            }
            await gate.arrivals(1)
            for (index, tree) in trees.enumerated() {
                group.addTask {
                    try? await pool.worktrees.withWorktree(tree) { _ in order.append(index) }
                }
                while pool.worktrees.waitingCount <= index { await Task.yield() }
            }
            gate.open()
        }
        return order.values
    }

    @Test func aCancelledWaiterLeavesTheQueue() async throws {
        let pool = try await Pool()
        try await pool.worktrees.withWorktree(pool.fixture.tree) { _ in
            let waiter = Task { try await pool.disk() }
            while pool.worktrees.waitingCount == 0 { await Task.yield() }
            waiter.cancel()
            await #expect(throws: CancellationError.self) { try await waiter.value }
            #expect(pool.worktrees.waitingCount == 0)
        }
        #expect(try await pool.disk() == Fixture.files)
        await pool.worktrees.shutdown()
        await #expect(throws: WorktreeError.shutDown) { try await pool.disk() }
    }

    @Test func aFailedLeaseLeavesTheSlotUsable() async throws {
        let pool = try await Pool()
        struct Failure: Error {}
        await #expect(throws: Failure.self) {
            try await pool.worktrees.withWorktree(pool.fixture.tree) { worktree in
                try await Pool.run("rm -r src; echo x > y", worktree)
                throw Failure()
            }
        }
        await #expect(throws: RepositoryError.self) { try await pool.disk(changes: ["../x": .text("out")]) }
        await #expect(throws: RepositoryError.self) { try await pool.disk(changes: ["src": .text("folder there")]) }
        #expect(try await pool.disk() == Fixture.files)
        await pool.worktrees.shutdown()
    }

    @Test func leftoversOfAKilledRunAreCleaned() async throws {
        let fixture = try await Fixture()
        let root = fixture.git.directory.path(of: "slots")
        let before = try await fixture.usersView()
        let copy = fixture.git.directory.path(of: "copy")
        do {
            let pool = try WorktreePool(repository: fixture.repository, root: root, size: 1, commands: Pool.commands)
            try await pool.withWorktree(fixture.tree) { worktree in
                try await Pool.run("mkdir -p a/b; echo x > a/b/c", worktree)
                // What a kill leaves behind, kept aside: the pool itself is shut down in order below.
                try FileManager.default.copyItem(atPath: root, toPath: copy)
                try FileManager.default.copyItem(
                    atPath: fixture.repository.commonDirectory + "/worktrees", toPath: copy + "-worktrees")
            }
            await pool.shutdown()
        }
        #expect(try FileManager.default.contentsOfDirectory(atPath: root) == ["moonshift.lock"])
        try FileManager.default.removeItem(atPath: root)
        try FileManager.default.moveItem(atPath: copy, toPath: root)
        try FileManager.default.moveItem(
            atPath: copy + "-worktrees", toPath: fixture.repository.commonDirectory + "/worktrees")
        let pool = try WorktreePool(repository: fixture.repository, root: root, size: 1, commands: Pool.commands)
        #expect(try FileManager.default.contentsOfDirectory(atPath: root) == ["moonshift.lock"])
        #expect(try await fixture.usersView() == before)
        await pool.shutdown()
    }

    @Test func aShutdownLetsLeasesEndFirst() async throws {
        let pool = try await Pool(size: 2)
        #expect(try await pool.disk() == Fixture.files)
        try await pool.worktrees.withWorktree(pool.fixture.tree) { worktree in
            await pool.worktrees.shutdown()
            let disk = try filesOnDisk(worktree.path)
            #expect(disk == Fixture.files)
        }
        #expect(try FileManager.default.contentsOfDirectory(atPath: pool.root) == ["moonshift.lock"])
        let next = try WorktreePool(
            repository: pool.fixture.repository, root: pool.root, size: 1, commands: Pool.commands)
        await next.shutdown()
    }

    @Test func aRootHasOnePool() async throws {
        let pool = try await Pool()
        #expect(throws: WorktreeError.rootInUse(path: pool.root)) {
            try WorktreePool(
                repository: pool.fixture.repository, root: pool.root, size: 1, commands: Pool.commands)
        }
        await pool.worktrees.shutdown()
        let next = try WorktreePool(
            repository: pool.fixture.repository, root: pool.root, size: 1, commands: Pool.commands)
        await next.shutdown()
    }

    @Test func twoHundredLeasesOnFourSlotsLeaveNothing() async throws {
        let pool = try await Pool(size: 4)
        let before = try await pool.fixture.usersView()
        let trees = try (0..<7).map { index in
            try pool.fixture.repository.tree(
                pool.fixture.tree, applying: ["src/n\(index)": .text("\(index)"), "README.md": .text("r \(index)")])
        }
        let failures = await withTaskGroup(of: Bool.self) { group in
            for index in 0..<200 {
                group.addTask {
                    do {
                        let tree = trees[index % trees.count]
                        let output = try await pool.run(
                            "cat README.md x; git rev-parse --is-inside-work-tree; mkdir g; echo > g/\(index); rm -r src",
                            tree: tree, changes: ["x": .text(" \(index)\n")])
                        return output != "r \(index % trees.count) \(index)\ntrue\n"
                    } catch {
                        Issue.record(error)
                        return true
                    }
                }
            }
            return await group.reduce(0) { $0 + ($1 ? 1 : 0) }
        }
        #expect(failures == 0)
        for tree in trees {
            let expected = try pool.fixture.repository.entries(in: tree).map(\.path)
            #expect(try await pool.disk(tree).keys.sorted() == expected.sorted())
        }
        await pool.worktrees.shutdown()
        #expect(try FileManager.default.contentsOfDirectory(atPath: pool.root) == ["moonshift.lock"])
        #expect(try await pool.fixture.usersView() == before)
        #expect(try await pool.fixture.git.git("fsck", "--no-dangling") == "")
    }
}

private final class Order: Sendable {
    private let state = Mutex<[Int]>([])

    var values: [Int] {
        state.withLock { $0 }
    }

    func append(_ value: Int) {
        state.withLock { $0.append(value) }
    }
}
