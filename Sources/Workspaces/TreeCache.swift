import CGit2
import Synchronization

/// One entry of one folder.
struct FolderEntry: Hashable, Sendable {
    let name: String
    /// As the tree object has it.
    let mode: UInt32
    let id: ObjectID

    var isFolder: Bool {
        mode & 0o170000 == 0o040000
    }

    /// Whether git lists it before the other: by bytes, as if a folder's name ended with a slash.
    func isListed(before other: FolderEntry) -> Bool {
        guard name != other.name else { return false }
        return (isFolder ? name + "/" : name).utf8.lexicographicallyPrecedes(
            (other.isFolder ? other.name + "/" : other.name).utf8)
    }
}

/// The folders that were read lately: trees never change, and two commits of one repository share most of theirs.
final class TreeCache: Sendable {
    private struct State {
        var folders: [ObjectID: [FolderEntry]] = [:]
        var entryCount = 0
        var listings: [ObjectID: [TreeEntry]] = [:]
        var listedCount = 0
        var results: [(base: ObjectID, changes: [String: FileChange], tree: ObjectID)] = []
    }

    /// For folders and for listings, each some 30 MB at the most.
    private static let entryLimit = 200_000

    /// Changes that were applied lately; enough for the features that are between a test run and their commit.
    private static let resultLimit = 16

    private let state = Mutex(State())

    func folder(
        _ id: ObjectID, load: () throws(RepositoryError) -> [FolderEntry]
    ) throws(RepositoryError) -> [FolderEntry] {
        if let known = state.withLock({ $0.folders[id] }) {
            return known
        }
        let entries = try load()
        keep(id, entries)
        return entries
    }

    /// Knows a folder that was just written from what it was made of, if that is known.
    func keep(_ id: ObjectID, from source: ObjectID?, replaced: [String: FolderEntry?]) {
        var entries: [FolderEntry] = []
        if let source {
            guard let known = state.withLock({ $0.folders[source] }) else { return }
            entries = known.filter { replaced[$0.name] == nil }
        }
        for entry in replaced.values.compactMap(\.self) {
            var (low, high) = (0, entries.count)
            while low < high {
                let middle = (low + high) / 2
                if entries[middle].isListed(before: entry) { low = middle + 1 } else { high = middle }
            }
            entries.insert(entry, at: low)
        }
        keep(id, entries)
    }

    private func keep(_ id: ObjectID, _ entries: [FolderEntry]) {
        state.withLock { state in
            if state.entryCount + entries.count > Self.entryLimit {
                state.folders.removeAll()
                state.entryCount = 0
            }
            if state.folders.updateValue(entries, forKey: id) == nil {
                state.entryCount += entries.count
            }
        }
    }

    /// The tree that `changes` make of `base`: a verified change is asked for again when it becomes a candidate.
    func result(
        of changes: [String: FileChange], on base: ObjectID, make: () throws(RepositoryError) -> ObjectID
    ) throws(RepositoryError) -> ObjectID {
        let known = state.withLock { $0.results.last { $0.base == base && $0.changes == changes } }
        if let known { return known.tree }
        let tree = try make()
        state.withLock { state in
            if state.results.count >= Self.resultLimit { state.results.removeFirst() }
            state.results.append((base, changes, tree))
        }
        return tree
    }

    func listing(
        _ id: ObjectID, load: () throws(RepositoryError) -> [TreeEntry]
    ) throws(RepositoryError) -> [TreeEntry] {
        if let known = state.withLock({ $0.listings[id] }) {
            return known
        }
        let entries = try load()
        state.withLock { state in
            if state.listedCount + entries.count > Self.entryLimit {
                state.listings.removeAll()
                state.listedCount = 0
            }
            if state.listings.updateValue(entries, forKey: id) == nil {
                state.listedCount += entries.count
            }
        }
        return entries
    }
}

extension Repository {
    /// The entries of one folder in git's order.
    func folder(_ id: ObjectID, _ handle: OpaquePointer) throws(RepositoryError) -> [FolderEntry] {
        try trees.folder(id) { () throws(RepositoryError) in
            try Self.withTree(id, handle) { tree in
                (0..<git_tree_entrycount(tree)).compactMap { index in
                    // SAFETY: the entry and its name belong to the tree, which outlives the copies.
                    guard let entry = git_tree_entry_byindex(tree, index), let name = git_tree_entry_name(entry) else {
                        return nil
                    }
                    return FolderEntry(
                        name: String(cString: name),
                        mode: UInt32(git_tree_entry_filemode_raw(entry).rawValue),
                        id: Self.id(git_tree_entry_id(entry))
                    )
                }
            }
        }
    }
}
