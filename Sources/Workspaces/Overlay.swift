/// Edits of a tree that are held in memory: what a chat worker sees and changes, without a folder on disk.
package struct Overlay: Sendable, Equatable {
    /// The tree below the edits.
    package let base: ObjectID
    /// The edits by path; a path of the base that is not here is as the base has it.
    package private(set) var changes: [String: FileChange]

    package init(base: ObjectID, changes: [String: FileChange] = [:]) {
        self.base = base
        self.changes = changes
    }

    /// The bytes of all written files: what the edits cost in memory.
    package var sizeInBytes: Int {
        changes.values.reduce(0) { sum, change in
            if case .write(let content, _) = change { sum + content.count } else { sum }
        }
    }

    /// Sets a file's whole content.
    ///
    /// `isExecutable`: nil keeps the mode.
    ///
    /// - Throws: ``RepositoryError/invalidPath(path:reason:)``; ``RepositoryError/pathConflict(path:)`` when a folder of
    ///   this name has files, or a file is where a folder would have to be.
    package mutating func write(
        _ path: String, _ content: [UInt8], isExecutable: Bool? = nil, in repository: Repository
    ) throws(RepositoryError) {
        let components = try TreePath.components(of: path)
        for count in 1..<components.count {
            let parent = components[..<count].joined(separator: "/")
            if try entryExists(parent, in: repository) { throw .pathConflict(path: parent) }
        }
        if try !entryExists(path, in: repository), try !list(path, in: repository, limit: 1).paths.isEmpty {
            throw .pathConflict(path: path)
        }
        var mode = isExecutable
        if mode == nil, case .write(_, let earlier) = changes[path] { mode = earlier }
        changes[path] = .write(content, isExecutable: mode)
    }

    /// Deletes a file.
    ///
    /// - Returns: Whether there was one.
    /// - Throws: ``RepositoryError/invalidPath(path:reason:)``.
    @discardableResult
    package mutating func delete(_ path: String, in repository: Repository) throws(RepositoryError) -> Bool {
        _ = try TreePath.components(of: path)
        let isInBase = try repository.entry(path, in: base) != nil
        let wasThere = changes[path].map(\.isWrite) ?? isInBase
        changes[path] = isInBase ? .delete : nil
        return wasThere
    }

    /// Takes the edit of one path back.
    package mutating func revert(_ path: String) {
        changes[path] = nil
    }

    /// The content of a file; nil when there is none. A symbolic link reads as its target's text.
    package func read(_ path: String, in repository: Repository) throws(RepositoryError) -> [UInt8]? {
        switch changes[path] {
        case .write(let content, _): content
        case .delete: nil
        case nil: try repository.read(path, in: base)
        }
    }

    /// The files at or below `path`, sorted; an empty path means all.
    ///
    /// `limit`: how many paths are returned.
    ///
    /// - Returns: Whether there are more than the limit, too.
    package func list(
        _ path: String = "", in repository: Repository, limit: Int = 1_000
    ) throws(RepositoryError) -> (paths: [String], isCut: Bool) {
        let prefix = path.isEmpty || path.hasSuffix("/") ? path : path + "/"
        func isListed(_ candidate: String) -> Bool {
            candidate.utf8.starts(with: prefix.utf8) || candidate == path
        }
        var paths: [String] = []
        for entry in try repository.entries(in: base) where entry.mode != .submodule && isListed(entry.path) {
            if changes[entry.path] == nil { paths.append(entry.path) }
        }
        paths += changes.filter { $0.value.isWrite && isListed($0.key) }.map(\.key)
        paths.sort { $0.utf8.lexicographicallyPrecedes($1.utf8) }
        return (Array(paths.prefix(limit)), paths.count > limit)
    }

    /// The edits that change something: the content or the mode differs from the base.
    package func effectiveChanges(in repository: Repository) throws(RepositoryError) -> [String: FileChange] {
        var effective: [String: FileChange] = [:]
        for (path, change) in changes {
            let entry = try repository.entry(path, in: base)
            switch change {
            case .delete where entry == nil: continue
            case .write(let content, let isExecutable):
                let keepsMode = isExecutable.map { $0 == (entry?.mode == .executable) } ?? (entry?.mode != .symlink)
                if let entry, keepsMode, entry.mode != .symlink, entry.id == .blob(of: content) { continue }
            case .delete: break
            }
            effective[path] = change
        }
        return effective
    }

    private func entryExists(_ path: String, in repository: Repository) throws(RepositoryError) -> Bool {
        if let change = changes[path] { return change.isWrite }
        return try repository.entry(path, in: base) != nil
    }
}
