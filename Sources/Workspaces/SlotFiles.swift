import Glibc

/// What is on disk in one slot, as far as we put it there, and how to make it something else.
///
/// The record is exact: whatever differs from it was done by a command, and ``sweep()`` finds it. Not safe to use from two
/// tasks at once; ``Slot`` guards it.
final class SlotFiles {
    /// The folder that commands run in, absolute.
    let path: String
    private let repository: Repository
    private let gitFile: [UInt8]
    private let root = SlotRecord()
    private let watch = SlotWatch()
    /// What was done since the last sweep, by commands and by us.
    private var news = SlotNews()
    /// What we took away since the last lease began.
    private var removed: Set<String> = []
    private var tree: ObjectID?
    private var overlay: Set<String> = []
    /// Paths whose file may not be what `tree` and the overlay say.
    private var pending: Set<String> = []

    /// `gitFile`: the content of the `.git` file in the root.
    init(path: String, repository: Repository, gitFile: [UInt8]) {
        self.path = path
        self.repository = repository
        self.gitFile = gitFile
    }

    /// Makes the files those of `tree` with `changes`, touching only what differs.
    ///
    /// - Throws: ``RepositoryError`` or ``WorktreeError``; the next call mends what is unfinished then.
    func move(to tree: ObjectID, changes: [String: FileChange]) throws {
        var targets: [String: SlotTarget?] = [:]
        if let current = self.tree {
            for (path, change) in try repository.changes(from: current, to: tree) {
                targets[path] = .some(change.new.map { SlotTarget(entry: $0) })
            }
        } else {
            for entry in try repository.entries(in: tree) {
                targets[entry.path] = SlotTarget(entry: entry)
            }
        }
        for path in pending.union(overlay) where targets[path] == nil {
            targets[path] = .some(try repository.entry(path, in: tree).map { SlotTarget(entry: $0) })
        }
        for (path, change) in changes {
            targets[path] = .some(try target(of: change, path: path, in: tree))
        }
        self.tree = tree
        overlay = Set(changes.keys)
        pending = Set(targets.keys)
        try SlotFolder.withRoot(path) { folder in
            try apply(targets, folder)
        }
        pending = []
        hear()
        root.forgetRemoved(removed, in: &news)
        removed = []
    }

    /// Removes what a command left behind; what it changed or deleted comes back with the next ``move(to:changes:)``.
    ///
    /// - Returns: The paths that were not as we left them, sorted; a new folder counts once.
    @discardableResult
    func sweep() throws -> [String] {
        let scan = try scan()
        news = SlotNews()
        try SlotFolder.withRoot(path) { folder in
            for path in scan.unknown + scan.changed {
                let components = path.split(separator: "/").map(String.init)
                _ = try folder.withParent(of: components[...], makesFolders: false) { try $0.remove($1) }
                removed.insert(path)
            }
            folder.resetMode()
            if folder.read(".git", limit: 4096) != gitFile {
                _ = try folder.write(".git", gitFile, mode: .regular, isOurs: false)
            }
        }
        for path in scan.changed + scan.missing {
            root.forgetFile(path.split(separator: "/")[...])
            pending.insert(path)
        }
        for path in scan.goneFolders {
            root.forgetFolder(path.split(separator: "/")[...])
        }
        return Set(scan.unknown + scan.changed + scan.missing).sorted()
    }

    /// Compares the disk with the record without changing either.
    func scan() throws -> SlotScan {
        hear()
        var scan = SlotScan(watch: watch)
        try SlotFolder.withRoot(path) { folder in
            try scan.compare(root, folder, after: news)
        }
        return scan
    }

    private func hear() {
        watch?.hear(&news)
    }

    /// The recorded mode of a path; nil when nothing of ours is there.
    func mode(of path: String) -> FileMode? {
        root.file(path.split(separator: "/")[...])?.mode
    }

    private func target(of change: FileChange, path: String, in tree: ObjectID) throws -> SlotTarget? {
        _ = try TreePath.components(of: path)
        guard case .write(let content, let isExecutable) = change else { return nil }
        let isKept = try isExecutable ?? (repository.entry(path, in: tree)?.mode == .executable)
        return SlotTarget(mode: isKept ? .executable : .regular, id: .blob(of: content), content: content)
    }

    private func apply(_ targets: [String: SlotTarget?], _ folder: SlotFolder) throws {
        var writes: [(components: [String], target: SlotTarget)] = []
        for (path, target) in targets {
            let components = try TreePath.components(of: path)
            let current = root.file(components.map { Substring($0) }[...])
            guard let target else {
                try remove(components, isThere: current != nil, folder)
                continue
            }
            if current?.id != target.id || current?.mode != target.mode {
                writes.append((components, target))
            }
        }
        for (components, target) in writes {
            try write(components, target, folder)
        }
    }

    private func remove(_ components: [String], isThere: Bool, _ folder: SlotFolder) throws {
        if isThere {
            _ = try folder.withParent(of: components[...], makesFolders: false) { try $0.remove($1) }
            root.forgetFile(components.map { Substring($0) }[...])
            removed.insert(components.joined(separator: "/"))
        }
        var parent = components.dropLast()
        while !parent.isEmpty, root.isEmptyFolder(parent.map { Substring($0) }[...]) {
            _ = try folder.withParent(of: parent, makesFolders: false) { try $0.remove($1) }
            root.forgetFolder(parent.map { Substring($0) }[...])
            removed.insert(parent.joined(separator: "/"))
            parent = parent.dropLast()
        }
    }

    private func write(_ components: [String], _ target: SlotTarget, _ folder: SlotFolder) throws {
        let path = components.map { Substring($0) }[...]
        let current = root.file(path)
        guard !root.hasFolder(path) else { throw RepositoryError.pathConflict(path: components.joined(separator: "/")) }
        let content: [UInt8]
        if let given = target.content {
            content = given
        } else {
            content = target.mode == .submodule ? [] : try repository.read(blob: target.id)
        }
        root.forgetFile(path)
        _ = try folder.withParent(of: components[...], makesFolders: true) { parent, name in
            let isOurs = current.map { $0.mode != .symlink && parent.stamp(name) == $0.stamp } ?? false
            let stamp = try parent.write(name, content, mode: target.mode, isOurs: isOurs)
            root.record(path, SlotRecord.File(mode: target.mode, id: target.id, stamp: stamp))
        }
    }
}

/// What a path of a slot is to become.
struct SlotTarget {
    let mode: FileMode
    let id: ObjectID
    /// nil: the blob's.
    let content: [UInt8]?

    init(mode: FileMode, id: ObjectID, content: [UInt8]?) {
        self.mode = mode
        self.id = id
        self.content = content
    }

    init(entry: TreeEntry) {
        self.init(mode: entry.mode, id: entry.id, content: nil)
    }
}
