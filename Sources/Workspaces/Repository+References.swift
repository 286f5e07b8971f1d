import CGit2
import Glibc
import Synchronization

extension Repository {
    /// What a reference, given in full, points to; nil when it does not exist.
    package func reference(_ name: String) throws(RepositoryError) -> ObjectID? {
        try withHandle { handle throws(RepositoryError) in
            try Self.value(of: name, handle)
        }
    }

    /// The references whose full name starts with `prefix`, by name.
    package func references(_ prefix: String) throws(RepositoryError) -> [String: ObjectID] {
        try withHandle { handle throws(RepositoryError) in
            try LibGit.scoped(
                "list references",
                free: git_reference_iterator_free,
                make: { git_reference_iterator_new(&$0, handle) },
                body: { iterator throws(RepositoryError) in
                    var found: [String: ObjectID] = [:]
                    var name: UnsafePointer<CChar>?
                    while git_reference_next_name(&name, iterator) == 0, let current = name {
                        // SAFETY: the name is the iterator's until its next step; it is copied here.
                        let text = String(cString: current)
                        if text.hasPrefix(prefix), let id = try Self.value(of: text, handle) {
                            found[text] = id
                        }
                    }
                    return found
                }
            )
        }
    }

    /// Moves, makes and deletes references, all of them or none, each only from the value that the caller saw last.
    ///
    /// Every step of a reference below `refs/heads/` is written to its log, in bare repositories too, and is on disk
    /// together with all that it needs when this returns; other references survive the death of the process only.
    /// A lock held by another process is waited for as git does, a tenth of a second.
    ///
    /// `message`: what the logs say.
    ///
    /// `signature`: who moved them, for the logs.
    ///
    /// - Throws: ``RepositoryError/staleReference(name:expected:found:)``,
    ///   ``RepositoryError/foreignReference(name:)``, ``RepositoryError/lockedReference(name:)``,
    ///   ``RepositoryError/checkedOutReference(name:workTree:)``, ``RepositoryError/objectMissing(_:)``; nothing has
    ///   moved then.
    package func update(
        _ updates: [ReferenceUpdate], message: String = "moonshift", signature: Signature = .host()
    ) throws(RepositoryError) {
        guard !updates.isEmpty else { return }
        for update in updates {
            try check(update)
        }
        let isPublic = updates.contains { $0.name.hasPrefix(Self.publicPrefix) }
        if isPublic { synchronizeFileSystem() }
        try withHandle { handle throws(RepositoryError) in
            try referenceLock.withLock { _ throws(RepositoryError) in
                let transaction = ReferenceTransaction(handle: handle, message: message, signature: signature)
                try transaction.run(updates)
            }
        }
        if isPublic { synchronizeFileSystem() }
    }

    /// The steps of a reference, oldest first; empty when it has no log.
    package func log(of name: String) throws(RepositoryError) -> [ReferenceLogEntry] {
        try withHandle { handle throws(RepositoryError) in
            try LibGit.scoped(
                "read the log of \(name)",
                free: git_reflog_free,
                make: { git_reflog_read(&$0, handle, name) },
                body: { log in
                    (0..<git_reflog_entrycount(log)).reversed().compactMap { index in
                        // SAFETY: entry and texts belong to the log, which outlives the copies.
                        guard let entry = git_reflog_entry_byindex(log, index) else { return nil }
                        let old = Self.id(git_reflog_entry_id_old(entry))
                        return ReferenceLogEntry(
                            old: old == ObjectID(git_oid()) ? nil : old,
                            new: Self.id(git_reflog_entry_id_new(entry)),
                            message: git_reflog_entry_message(entry).map { String(cString: $0) } ?? ""
                        )
                    }
                }
            )
        }
    }

    /// Deletes lock files that a killed process left beside our references.
    ///
    /// Only for the one owner of this repository's runs, before it starts: a living process would lose its lock.
    ///
    /// - Returns: The references that were locked, sorted.
    @discardableResult
    package func clearAbandonedLocks() -> [String] {
        var cleared: [String] = []
        for prefix in [Self.publicPrefix, Self.privatePrefix] {
            cleared += clearLocks(below: String(prefix.dropLast()))
        }
        return cleared.sorted()
    }

    static let publicPrefix = "refs/heads/moonshift/"
    static let privatePrefix = "refs/moonshift/"

    static func value(of name: String, _ handle: OpaquePointer) throws(RepositoryError) -> ObjectID? {
        var oid = git_oid()
        let status = git_reference_name_to_id(&oid, handle, name)
        if status == GIT_ENOTFOUND.rawValue { return nil }
        if status == GIT_EINVALIDSPEC.rawValue { throw .invalidReferenceName(name: name) }
        try LibGit.check(status, "read \(name)")
        return ObjectID(oid)
    }

    private func check(_ update: ReferenceUpdate) throws(RepositoryError) {
        let name = update.name
        guard name.hasPrefix(Self.publicPrefix) || name.hasPrefix(Self.privatePrefix) else {
            throw .foreignReference(name: name)
        }
        var isValid: Int32 = 0
        guard git_reference_name_is_valid(&isValid, name) == 0, isValid == 1 else {
            throw .invalidReferenceName(name: name)
        }
        if let new = update.new {
            _ = try peel(new, to: GIT_OBJECT_COMMIT, named: "commit")
        }
        if name.hasPrefix(Self.publicPrefix), let workTree = checkout(of: name) {
            throw .checkedOutReference(name: name, workTree: workTree)
        }
    }

    /// The work tree whose HEAD is the reference. Moving it there would make that work tree look edited.
    private func checkout(of name: String) -> String? {
        let target = "ref: \(name)"
        if !isBare, HostFile.text(commonDirectory + "/HEAD", limit: 4096)?.trimmed == target {
            return workTree ?? commonDirectory
        }
        for folder in HostFile.names(in: commonDirectory + "/worktrees") {
            let place = "\(commonDirectory)/worktrees/\(folder)"
            if HostFile.text(place + "/HEAD", limit: 4096)?.trimmed == target {
                return HostFile.text(place + "/gitdir", limit: 4096)?.trimmed ?? place
            }
        }
        return nil
    }

    private func synchronizeFileSystem() {
        // Flushing the few objects of a landing one by one costs a journal commit each; this costs one for all, and
        // covers what the git program wrote. A failure leaves what a machine without it has: the kernel's own flush.
        let descriptor = Glibc.open(commonDirectory, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        guard descriptor >= 0 else { return }
        defer { close(descriptor) }
        _ = moonshift_sync_file_system(descriptor)
    }

    private func clearLocks(below name: String) -> [String] {
        var cleared: [String] = []
        for child in HostFile.names(in: "\(commonDirectory)/\(name)") {
            let path = "\(commonDirectory)/\(name)/\(child)"
            if child.hasSuffix(".lock") {
                if unlink(path) == 0 { cleared.append("\(name)/\(child.dropLast(5))") }
            } else {
                cleared += clearLocks(below: "\(name)/\(child)")
            }
        }
        return cleared
    }
}

extension Signature {
    /// The host itself, now: for reference logs.
    package static func host() -> Signature {
        Signature(name: "Moonshift", email: "moonshift@localhost", time: Int64(Glibc.time(nil)))
    }
}

extension String {
    var trimmed: String {
        var text = self[...]
        while let last = text.last, last.isWhitespace { text.removeLast() }
        return String(text)
    }
}
