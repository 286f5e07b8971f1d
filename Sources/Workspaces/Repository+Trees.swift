import CGit2

extension Repository {
    /// The tree without files.
    package func emptyTree() throws(RepositoryError) -> ObjectID {
        try withHandle { handle throws(RepositoryError) in
            try TreeWriter(repository: self, handle: handle).emptyTree()
        }
    }

    /// All files of a tree, sorted by the bytes of their paths.
    package func entries(in tree: ObjectID) throws(RepositoryError) -> [TreeEntry] {
        try trees.listing(tree) { () throws(RepositoryError) in
            try withHandle { handle throws(RepositoryError) in
                var entries: [TreeEntry] = []
                try collect(tree, prefix: "", into: &entries, handle)
                return entries
            }
        }
    }

    /// The file at `path`; nil when nothing or a folder is there.
    package func entry(_ path: String, in tree: ObjectID) throws(RepositoryError) -> TreeEntry? {
        let components = path.split(separator: "/", omittingEmptySubsequences: false)
        return try withHandle { handle throws(RepositoryError) in
            guard let name = components.last, let entries = try folder(components.dropLast(), in: tree, handle),
                let entry = entries.first(where: { $0.name == name }), !entry.isFolder
            else { return nil }
            return TreeEntry(path: path, mode: FileMode(treeMode: entry.mode), id: entry.id)
        }
    }

    /// Paths that a worktree cannot hold as they are: names that are no UTF-8, and all but one of those that differ in nothing
    /// but the Unicode form of their letters.
    package func indistinctNames(in tree: ObjectID) throws(RepositoryError) -> [String] {
        var seen: Set<String> = []
        var names: [String] = []
        for entry in try entries(in: tree)
        where !seen.insert(entry.path).inserted || entry.path.unicodeScalars.contains("\u{FFFD}") {
            names.append(entry.path)
        }
        return names
    }

    /// The paths of the files that lie in a folder, not of those further down, in git's order; `folder` is empty for the root.
    package func files(directlyIn folder: String, of tree: ObjectID) throws(RepositoryError) -> [String] {
        let prefix = folder.isEmpty ? "" : folder + "/"
        return try withHandle { handle throws(RepositoryError) in
            let entries = try self.folder(folder.split(separator: "/")[...], in: tree, handle) ?? []
            return entries.filter { !$0.isFolder }.map { prefix + $0.name }
        }
    }

    private func folder(
        _ components: ArraySlice<Substring>, in tree: ObjectID, _ handle: OpaquePointer
    ) throws(RepositoryError) -> [FolderEntry]? {
        var entries = try folder(tree, handle)
        for component in components {
            guard let entry = entries.first(where: { $0.name == component }), entry.isFolder else { return nil }
            entries = try folder(entry.id, handle)
        }
        return entries
    }

    /// Stores the tree that has `changes` made to `base`: the new blobs and the folders on the way to them.
    ///
    /// A folder that loses its last file goes. Deleting a file that is not there changes nothing.
    ///
    /// - Throws: ``RepositoryError/invalidPath(path:reason:)``, ``RepositoryError/pathConflict(path:)``.
    package func tree(
        _ base: ObjectID, applying changes: [String: FileChange]
    ) throws(RepositoryError) -> ObjectID {
        if changes.isEmpty { return base }
        var root = ChangeFolder()
        for (path, change) in changes {
            root.insert(try TreePath.components(of: path)[...], change)
        }
        return try trees.result(of: changes, on: base) { () throws(RepositoryError) in
            try withHandle { handle throws(RepositoryError) in
                let writer = TreeWriter(repository: self, handle: handle)
                if let id = try writer.apply(root, to: base, path: "") { return id }
                return try writer.emptyTree()
            }
        }
    }

    /// What differs between two trees, by path. Renames show as a deletion and a new file.
    package func changes(from old: ObjectID, to new: ObjectID) throws(RepositoryError) -> [String: TreeChange] {
        try withHandle { handle throws(RepositoryError) in
            var changes: [String: TreeChange] = [:]
            try compare(old, new, prefix: "", into: &changes, handle)
            return changes
        }
    }

    /// Joins two changes of one tree that touch different paths.
    ///
    /// No content is merged: where both sides changed a path, and not to the same, the answer is nil and
    /// ``merge(base:ours:theirs:)`` decides.
    ///
    /// - Returns: The joined tree; nil when both sides changed one path.
    package func combine(
        base: ObjectID, ours: ObjectID, theirs: ObjectID
    ) throws(RepositoryError) -> ObjectID? {
        try withHandle { handle throws(RepositoryError) in
            guard case .joined(let joined) = try join(base, ours, theirs, handle) else { return nil }
            if let joined { return joined }
            return try TreeWriter(repository: self, handle: handle).emptyTree()
        }
    }

    private func collect(
        _ tree: ObjectID, prefix: String, into entries: inout [TreeEntry], _ handle: OpaquePointer
    ) throws(RepositoryError) {
        for entry in try folder(tree, handle) {
            let path = prefix + entry.name
            if entry.isFolder {
                try collect(entry.id, prefix: path + "/", into: &entries, handle)
            } else {
                entries.append(TreeEntry(path: path, mode: FileMode(treeMode: entry.mode), id: entry.id))
            }
        }
    }

    private func compare(
        _ old: ObjectID?, _ new: ObjectID?, prefix: String, into changes: inout [String: TreeChange],
        _ handle: OpaquePointer
    ) throws(RepositoryError) {
        guard old != new else { return }
        let before = try byName(old, handle)
        let after = try byName(new, handle)
        for name in Set(before.keys).union(after.keys) where before[name] != after[name] {
            let (left, right) = (before[name], after[name])
            let path = prefix + name
            let change = TreeChange(old: Self.file(left, path), new: Self.file(right, path))
            if (change.old, change.new) != (nil, nil), change.old != change.new {
                changes[path] = change
            }
            try compare(Self.folderID(left), Self.folderID(right), prefix: path + "/", into: &changes, handle)
        }
    }

    private enum Join {
        /// nil: nothing is left.
        case joined(ObjectID?)
        case overlap
    }

    private func join(
        _ base: ObjectID?, _ ours: ObjectID?, _ theirs: ObjectID?, _ handle: OpaquePointer
    ) throws(RepositoryError) -> Join {
        if ours == theirs || base == theirs { return .joined(ours) }
        if base == ours { return .joined(theirs) }
        let (before, left, right) = (try byName(base, handle), try byName(ours, handle), try byName(theirs, handle))
        var replacements: [String: FolderEntry?] = [:]
        for name in Set(before.keys).union(right.keys) where before[name] != right[name] && left[name] != right[name] {
            // A name that is not UTF-8 was repaired on reading and cannot be written back.
            guard !name.unicodeScalars.contains("\u{FFFD}") else { return .overlap }
            if left[name] == before[name] {
                replacements[name] = .some(right[name])
                continue
            }
            let sides = [before[name], left[name], right[name]]
            guard sides.allSatisfy({ $0?.isFolder ?? true }) else { return .overlap }
            guard
                case .joined(let id) = try join(
                    before[name]?.id, left[name]?.id, right[name]?.id, handle)
            else { return .overlap }
            replacements[name] = .some(id.map { FolderEntry(name: name, mode: 0o040000, id: $0) })
        }
        return .joined(try TreeWriter(repository: self, handle: handle).replace(replacements, in: ours))
    }

    private func byName(
        _ id: ObjectID?, _ handle: OpaquePointer
    ) throws(RepositoryError) -> [String: FolderEntry] {
        guard let id else { return [:] }
        return Dictionary(try folder(id, handle).map { ($0.name, $0) }, uniquingKeysWith: { first, _ in first })
    }

    private static func file(_ entry: FolderEntry?, _ path: String) -> TreeEntry? {
        guard let entry, !entry.isFolder else { return nil }
        return TreeEntry(path: path, mode: FileMode(treeMode: entry.mode), id: entry.id)
    }

    private static func folderID(_ entry: FolderEntry?) -> ObjectID? {
        guard let entry, entry.isFolder else { return nil }
        return entry.id
    }
}
