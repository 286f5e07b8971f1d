import CGit2

extension Repository {
    /// Resolves a branch, tag, `HEAD`, full or short hash, or any other git revision to a commit.
    ///
    /// - Throws: ``RepositoryError/emptyRepository(path:)`` when there is no commit at all,
    ///   ``RepositoryError/revisionNotFound(revision:)``, ``RepositoryError/notACommit(revision:)``.
    package func commit(named revision: String) throws(RepositoryError) -> ObjectID {
        try withHandle { handle throws(RepositoryError) in
            try LibGit.scoped(
                "find \(revision)",
                free: git_object_free,
                failure: { _ in
                    let isEmpty = git_repository_is_empty(handle) == 1
                    let isUnborn = revision == "HEAD" && git_repository_head_unborn(handle) == 1
                    return isEmpty || isUnborn
                        ? .emptyRepository(path: self.gitDirectory) : .revisionNotFound(revision: revision)
                },
                make: { git_revparse_single(&$0, handle, revision) },
                body: { object throws(RepositoryError) in
                    try LibGit.scoped(
                        "find the commit of \(revision)",
                        free: git_object_free,
                        failure: { _ in .notACommit(revision: revision) },
                        make: { git_object_peel(&$0, object, GIT_OBJECT_COMMIT) },
                        body: { commit in Self.id(git_object_id(commit)) }
                    )
                }
            )
        }
    }

    /// The tree of a commit; a tree's id comes back as it is.
    ///
    /// - Throws: ``RepositoryError/objectMissing(_:)``, ``RepositoryError/wrongKind(_:expected:)``.
    package func tree(of commit: ObjectID) throws(RepositoryError) -> ObjectID {
        try peel(commit, to: GIT_OBJECT_TREE, named: "commit or tree")
    }

    /// The parents of a commit, first parent first.
    package func parents(of commit: ObjectID) throws(RepositoryError) -> [ObjectID] {
        try withCommit(commit) { pointer in
            (0..<git_commit_parentcount(pointer)).map { Self.id(git_commit_parent_id(pointer, $0)) }
        }
    }

    /// The message of a commit.
    package func message(of commit: ObjectID) throws(RepositoryError) -> String {
        try withCommit(commit) { pointer in
            git_commit_message(pointer).map { String(cString: $0) } ?? ""
        }
    }

    /// Whether `ancestor` is `commit` or one of the commits before it.
    package func isAncestor(_ ancestor: ObjectID, of commit: ObjectID) throws(RepositoryError) -> Bool {
        guard ancestor != commit else { return true }
        return try withHandle { handle throws(RepositoryError) in
            var (below, above) = (commit.raw, ancestor.raw)
            let status = git_graph_descendant_of(handle, &below, &above)
            try LibGit.check(status, "compare \(ancestor) and \(commit)")
            return status == 1
        }
    }

    /// The content of a blob.
    ///
    /// - Throws: ``RepositoryError/objectMissing(_:)``, ``RepositoryError/wrongKind(_:expected:)``.
    package func read(blob id: ObjectID) throws(RepositoryError) -> [UInt8] {
        if let known = blobs.content(of: id) { return known }
        let content = try load(blob: id)
        blobs.keep(content, of: id)
        return content
    }

    private func load(blob id: ObjectID) throws(RepositoryError) -> [UInt8] {
        try withHandle { handle throws(RepositoryError) in
            var raw = id.raw
            return try LibGit.scoped(
                "read \(id)",
                free: git_blob_free,
                failure: { Self.lookupFault(id, expected: "file", status: $0) },
                make: { git_blob_lookup(&$0, handle, &raw) },
                body: { blob in
                    // SAFETY: the content belongs to the blob, which outlives the copy.
                    Array(
                        UnsafeRawBufferPointer(start: git_blob_rawcontent(blob), count: Int(git_blob_rawsize(blob))))
                }
            )
        }
    }

    /// The content of the file at `path`; nil when there is no file: nothing, a folder or a submodule.
    ///
    /// A symbolic link reads as the text of its target; it is not followed.
    package func read(_ path: String, in tree: ObjectID) throws(RepositoryError) -> [UInt8]? {
        guard let entry = try entry(path, in: tree), entry.mode != .submodule else { return nil }
        return try read(blob: entry.id)
    }

    /// Stores a blob.
    package func write(blob content: [UInt8]) throws(RepositoryError) -> ObjectID {
        try withHandle { handle throws(RepositoryError) in
            try write(blob: content, handle)
        }
    }

    func write(blob content: [UInt8], _ handle: OpaquePointer) throws(RepositoryError) -> ObjectID {
        var oid = git_oid()
        let status = content.withUnsafeBytes { git_blob_create_from_buffer(&oid, handle, $0.baseAddress, $0.count) }
        try LibGit.check(status, "write a file of \(content.count) bytes to the object store")
        let id = ObjectID(oid)
        blobs.keep(content, of: id)
        return id
    }

    /// Stores a commit; no reference moves.
    ///
    /// `parents`: first parent first; empty for a root commit.
    ///
    /// `author`: author and committer both.
    ///
    /// - Throws: ``RepositoryError/invalidSignature(name:email:)``, ``RepositoryError/objectMissing(_:)``.
    package func commit(
        tree: ObjectID, parents: [ObjectID], message: String, author: Signature
    ) throws(RepositoryError) -> ObjectID {
        try withHandle { handle throws(RepositoryError) in
            try Self.withTree(tree, handle) { treePointer throws(RepositoryError) in
                var pointers: [OpaquePointer?] = []
                defer { pointers.forEach { git_commit_free($0) } }
                for parent in parents {
                    var (raw, pointer) = (parent.raw, OpaquePointer?.none)
                    let status = git_commit_lookup(&pointer, handle, &raw)
                    guard status >= 0 else {
                        throw Self.lookupFault(parent, expected: "commit", status: status)
                            ?? .failed(operation: "read \(parent)", text: LibGit.lastErrorText)
                    }
                    pointers.append(pointer)
                }
                return try Self.withSignature(author) { signature throws(RepositoryError) in
                    var oid = git_oid()
                    let status = git_commit_create(
                        &oid, handle, nil, signature, signature, nil, message, treePointer, pointers.count, &pointers)
                    try LibGit.check(status, "write a commit")
                    return ObjectID(oid)
                }
            }
        }
    }
}

extension Repository {
    static func withSignature<Result>(
        _ signature: Signature, _ body: (UnsafeMutablePointer<git_signature>) throws(RepositoryError) -> Result
    ) throws(RepositoryError) -> Result {
        var pointer: UnsafeMutablePointer<git_signature>?
        let isClean = !(signature.name + signature.email).utf8.contains { $0 < 0x20 || $0 == 0x3C || $0 == 0x3E }
        // SAFETY: freed here, after the only use.
        guard isClean, git_signature_new(&pointer, signature.name, signature.email, signature.time, 0) == 0,
            let pointer
        else {
            throw .invalidSignature(name: signature.name, email: signature.email)
        }
        defer { git_signature_free(pointer) }
        return try body(pointer)
    }

    static func withTree<Result>(
        _ id: ObjectID, _ handle: OpaquePointer, _ body: (OpaquePointer) throws(RepositoryError) -> Result
    ) throws(RepositoryError) -> Result {
        var raw = id.raw
        return try LibGit.scoped(
            "read tree \(id)",
            free: git_tree_free,
            failure: { lookupFault(id, expected: "tree", status: $0) },
            make: { git_tree_lookup(&$0, handle, &raw) },
            body: body
        )
    }

    /// libgit2 says "not found" both for a missing object and for one of another kind.
    static func lookupFault(_ id: ObjectID, expected: String, status: Int32) -> RepositoryError? {
        guard status == GIT_ENOTFOUND.rawValue else { return nil }
        return LibGit.lastErrorText.contains("requested type")
            ? .wrongKind(id, expected: expected) : .objectMissing(id)
    }

    static func id(_ pointer: UnsafePointer<git_oid>?) -> ObjectID {
        // SAFETY: libgit2 returns the id of a live object, never null; it is copied here.
        ObjectID(pointer?.pointee ?? git_oid())
    }

    func peel(_ id: ObjectID, to kind: git_object_t, named name: String) throws(RepositoryError) -> ObjectID {
        try withHandle { handle throws(RepositoryError) in
            var raw = id.raw
            return try LibGit.scoped(
                "read \(id)",
                free: git_object_free,
                failure: { Self.lookupFault(id, expected: name, status: $0) },
                make: { git_object_lookup(&$0, handle, &raw, GIT_OBJECT_ANY) },
                body: { object throws(RepositoryError) in
                    try LibGit.scoped(
                        "read \(id)",
                        free: git_object_free,
                        failure: { _ in .wrongKind(id, expected: name) },
                        make: { git_object_peel(&$0, object, kind) },
                        body: { Self.id(git_object_id($0)) }
                    )
                }
            )
        }
    }

    private func withCommit<Result>(
        _ id: ObjectID, _ body: (OpaquePointer) throws(RepositoryError) -> Result
    ) throws(RepositoryError) -> Result {
        try withHandle { handle throws(RepositoryError) in
            var raw = id.raw
            return try LibGit.scoped(
                "read commit \(id)",
                free: git_commit_free,
                failure: { Self.lookupFault(id, expected: "commit", status: $0) },
                make: { git_commit_lookup(&$0, handle, &raw) },
                body: body
            )
        }
    }
}
