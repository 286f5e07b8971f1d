import CGit2

/// Changes of one folder and the folders in it.
struct ChangeFolder {
    var change: FileChange?
    var children: [String: ChangeFolder] = [:]

    mutating func insert(_ components: ArraySlice<String>, _ change: FileChange) {
        guard let name = components.first else {
            self.change = change
            return
        }
        children[name, default: ChangeFolder()].insert(components.dropFirst(), change)
    }

    /// Whether a file comes to be somewhere below.
    var writesBelow: Bool {
        children.values.contains { $0.change?.isWrite == true || $0.writesBelow }
    }
}

/// Writes tree objects, each from the tree that it replaces.
struct TreeWriter {
    let repository: Repository
    let handle: OpaquePointer

    private final class Builder {
        let pointer: OpaquePointer
        /// What the tree starts from; nil for nothing.
        let source: ObjectID?
        /// What was put or, with nil, taken away since.
        var replaced: [String: FolderEntry?] = [:]

        init(_ pointer: OpaquePointer, source: ObjectID?) {
            self.pointer = pointer
            self.source = source
        }
    }

    func emptyTree() throws(RepositoryError) -> ObjectID {
        try withBuilder(nil) { builder throws(RepositoryError) in
            try store(builder)
        }
    }

    /// `tree`: nil for a folder that does not exist yet.
    ///
    /// - Returns: nil when no file is left.
    func apply(_ folder: ChangeFolder, to tree: ObjectID?, path: String) throws(RepositoryError) -> ObjectID? {
        try withBuilder(tree) { builder throws(RepositoryError) in
            for (name, child) in folder.children {
                try apply(child, name: name, path: path + name, builder)
            }
            return git_treebuilder_entrycount(builder.pointer) == 0 ? nil : try store(builder)
        }
    }

    /// `entries`: nil takes the name away.
    func replace(_ entries: [String: FolderEntry?], in tree: ObjectID?) throws(RepositoryError) -> ObjectID? {
        try withBuilder(tree) { builder throws(RepositoryError) in
            for (name, entry) in entries {
                if let entry {
                    try insert(name, entry.id, mode: entry.mode, builder)
                } else {
                    try remove(name, builder)
                }
            }
            return git_treebuilder_entrycount(builder.pointer) == 0 ? nil : try store(builder)
        }
    }

    private func apply(
        _ child: ChangeFolder, name: String, path: String, _ builder: Builder
    ) throws(RepositoryError) {
        let existing = entry(name, builder)
        if !child.children.isEmpty {
            try applyFolder(child, name: name, path: path, existing: existing, builder)
        } else if existing?.isFolder == true {
            throw .pathConflict(path: path)
        }
        switch child.change {
        case .write(let content, let isExecutable):
            // The folder of this name, if there was one, must have lost all its files just above.
            if entry(name, builder)?.isFolder == true { throw .pathConflict(path: path) }
            let id = try repository.write(blob: content, handle)
            try insert(name, id, mode: Self.mode(isExecutable, existing: existing).rawValue, builder)
        case .delete where child.children.isEmpty:
            try remove(name, builder)
        case .delete, nil:
            break
        }
    }

    private func applyFolder(
        _ child: ChangeFolder, name: String, path: String, existing: FolderEntry?, _ builder: Builder
    ) throws(RepositoryError) {
        if child.change?.isWrite == true, child.writesBelow { throw .pathConflict(path: path) }
        var folderID: ObjectID?
        if let existing, existing.isFolder {
            folderID = existing.id
        } else if existing != nil, child.change != .delete {
            // Below a file there is nothing to delete and no place to write.
            if child.writesBelow { throw .pathConflict(path: path) }
            return
        }
        if let id = try apply(child, to: folderID, path: path + "/") {
            try insert(name, id, mode: 0o040000, builder)
        } else {
            try remove(name, builder)
        }
    }

    private static func mode(_ isExecutable: Bool?, existing: FolderEntry?) -> FileMode {
        guard let isExecutable else {
            guard let existing, !existing.isFolder else { return .regular }
            return FileMode(treeMode: existing.mode) == .executable ? .executable : .regular
        }
        return isExecutable ? .executable : .regular
    }

    private func withBuilder<Result>(
        _ tree: ObjectID?, _ body: (Builder) throws(RepositoryError) -> Result
    ) throws(RepositoryError) -> Result {
        func make(_ source: OpaquePointer?) throws(RepositoryError) -> Result {
            try LibGit.scoped(
                "start a tree",
                free: git_treebuilder_free,
                make: { git_treebuilder_new(&$0, handle, source) },
                body: { pointer throws(RepositoryError) in try body(Builder(pointer, source: tree)) }
            )
        }
        guard let tree else { return try make(nil) }
        return try Repository.withTree(tree, handle) { source throws(RepositoryError) in try make(source) }
    }

    private func entry(_ name: String, _ builder: Builder) -> FolderEntry? {
        // SAFETY: the entry belongs to the builder and is copied before the next change.
        guard let entry = git_treebuilder_get(builder.pointer, name) else { return nil }
        return FolderEntry(
            name: name, mode: UInt32(git_tree_entry_filemode_raw(entry).rawValue),
            id: Repository.id(git_tree_entry_id(entry)))
    }

    private func insert(
        _ name: String, _ id: ObjectID, mode: UInt32, _ builder: Builder
    ) throws(RepositoryError) {
        var raw = id.raw
        let status = git_treebuilder_insert(nil, builder.pointer, name, &raw, git_filemode_t(rawValue: mode))
        try LibGit.check(status, "add `\(name)` to a tree")
        builder.replaced[name] = .some(FolderEntry(name: name, mode: mode, id: id))
    }

    private func remove(_ name: String, _ builder: Builder) throws(RepositoryError) {
        guard git_treebuilder_get(builder.pointer, name) != nil else { return }
        try LibGit.check(git_treebuilder_remove(builder.pointer, name), "remove `\(name)` from a tree")
        builder.replaced[name] = .some(nil)
    }

    private func store(_ builder: Builder) throws(RepositoryError) -> ObjectID {
        var oid = git_oid()
        try LibGit.check(git_treebuilder_write(&oid, builder.pointer), "write a tree")
        let id = ObjectID(oid)
        repository.trees.keep(id, from: builder.source, replaced: builder.replaced)
        return id
    }
}
