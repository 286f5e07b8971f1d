import CGit2

extension Repository {
    /// The difference between two trees as a unified diff, and its size.
    ///
    /// `limitInBytes`: where the text is cut, at the end of a line; a last line says so. The counts are
    /// always those of the whole difference.
    package func diff(
        from old: ObjectID, to new: ObjectID, limitInBytes: Int
    ) throws(RepositoryError) -> (text: String, stat: DiffCounts) {
        let changes = try changes(from: old, to: new)
        return try withHandle { handle throws(RepositoryError) in
            // Indexes of what differs spare libgit2 to read all of both trees.
            try Self.withIndex(of: changes.values.compactMap(\.old)) { oldIndex throws(RepositoryError) in
                try Self.withIndex(of: changes.values.compactMap(\.new)) { newIndex throws(RepositoryError) in
                    var options = git_diff_options()
                    git_diff_options_init(&options, UInt32(GIT_DIFF_OPTIONS_VERSION))
                    return try "a".withPrefix { first throws(RepositoryError) in
                        try "b".withPrefix { second throws(RepositoryError) in
                            // Said here because the repository's configuration may say otherwise.
                            (options.context_lines, options.old_prefix, options.new_prefix) = (3, first, second)
                            return try LibGit.scoped(
                                "compare \(old) and \(new)",
                                free: git_diff_free,
                                make: { git_diff_index_to_index(&$0, handle, oldIndex, newIndex, &options) },
                                body: { diff throws(RepositoryError) in
                                    (try Self.text(of: diff, limit: limitInBytes), try Self.counts(of: diff))
                                }
                            )
                        }
                    }
                }
            }
        }
    }

    private static func withIndex<Result>(
        of entries: [TreeEntry], _ body: (OpaquePointer) throws(RepositoryError) -> Result
    ) throws(RepositoryError) -> Result {
        try LibGit.scoped(
            "start an index",
            free: git_index_free,
            make: { git_index_new(&$0) },
            body: { index throws(RepositoryError) in
                for entry in entries {
                    var raw = git_index_entry()
                    (raw.mode, raw.id) = (entry.mode.rawValue, entry.id.raw)
                    let status = entry.path.withCString { path in
                        raw.path = path
                        return git_index_add(index, &raw)
                    }
                    try LibGit.check(status, "add \(entry.path) to an index")
                }
                return try body(index)
            }
        )
    }

    private final class DiffText {
        let limit: Int
        var bytes: [UInt8] = []
        var isCut = false

        init(limit: Int) {
            self.limit = limit
        }

        func add(_ line: git_diff_line) -> Int32 {
            let hasOrigin = [GIT_DIFF_LINE_CONTEXT, GIT_DIFF_LINE_ADDITION, GIT_DIFF_LINE_DELETION]
                .contains { Int($0.rawValue) == Int(line.origin) }
            guard bytes.count + line.content_len + 1 <= limit else {
                isCut = true
                return GIT_EUSER.rawValue
            }
            if hasOrigin { bytes.append(UInt8(bitPattern: line.origin)) }
            // SAFETY: libgit2 lends the content for the length of the callback; it is copied here.
            bytes += UnsafeRawBufferPointer(start: line.content, count: line.content_len)
            return 0
        }
    }

    private static func text(of diff: OpaquePointer, limit: Int) throws(RepositoryError) -> String {
        let text = DiffText(limit: limit)
        let context = Unmanaged.passUnretained(text).toOpaque()
        let status = git_diff_print(
            diff, GIT_DIFF_FORMAT_PATCH,
            { _, _, line, context in
                // SAFETY: the context is `text`, which is kept alive around the call below.
                guard let line, let context else { return 0 }
                return Unmanaged<DiffText>.fromOpaque(context).takeUnretainedValue().add(line.pointee)
            }, context)
        return try withExtendedLifetime(text) { () throws(RepositoryError) in
            if !text.isCut { try LibGit.check(status, "print a diff") }
            let shown = String(decoding: text.bytes, as: UTF8.self)
            return text.isCut ? shown + "\n[the diff is longer than \(limit) bytes and is cut here]\n" : shown
        }
    }

    private static func counts(of diff: OpaquePointer) throws(RepositoryError) -> DiffCounts {
        let files = (0..<git_diff_num_deltas(diff)).compactMap { index -> String? in
            // SAFETY: delta and paths belong to the diff, which outlives the copies.
            guard let delta = git_diff_get_delta(diff, index)?.pointee else { return nil }
            return (delta.new_file.path ?? delta.old_file.path).map { String(cString: $0) }
        }
        return try LibGit.scoped(
            "count a diff",
            free: git_diff_stats_free,
            make: { git_diff_get_stats(&$0, diff) },
            body: { stats in
                DiffCounts(
                    files: Set(files).sorted(), added: Int(git_diff_stats_insertions(stats)),
                    removed: Int(git_diff_stats_deletions(stats)))
            }
        )
    }
}

extension String {
    fileprivate func withPrefix<Result>(
        _ body: (UnsafePointer<CChar>) throws(RepositoryError) -> Result
    ) throws(RepositoryError) -> Result {
        let characters = utf8CString
        return try characters.withUnsafeBufferPointer { buffer throws(RepositoryError) in
            guard let start = buffer.baseAddress else { throw .failed(operation: "print a diff", text: "no memory") }
            return try body(start)
        }
    }
}
