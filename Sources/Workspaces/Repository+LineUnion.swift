import CGit2

extension Repository {
    /// Merges files line by line and keeps the lines of both sides where they conflict, ours before theirs.
    ///
    /// - Returns: The merged files; nil when one of the paths is not a plain file on both sides.
    func joinLines(
        of paths: [String], base: ObjectID, ours: ObjectID, theirs: ObjectID
    ) throws(RepositoryError) -> [String: FileChange]? {
        var merged: [String: FileChange] = [:]
        for path in paths {
            guard let left = try plainFile(path, in: ours), let right = try plainFile(path, in: theirs) else {
                return nil
            }
            var before: [UInt8] = []
            if let entry = try plainFile(path, in: base) { before = try read(blob: entry.id) }
            let lines = try Self.joinLines(
                base: before, ours: try read(blob: left.id), theirs: try read(blob: right.id), path: path)
            let isExecutable = left.mode == .executable || right.mode == .executable
            merged[path] = .write(lines, isExecutable: isExecutable)
        }
        return merged
    }

    private func plainFile(_ path: String, in tree: ObjectID) throws(RepositoryError) -> TreeEntry? {
        guard let entry = try entry(path, in: tree), entry.mode == .regular || entry.mode == .executable else {
            return nil
        }
        return entry
    }

    private static func joinLines(
        base: [UInt8], ours: [UInt8], theirs: [UInt8], path: String
    ) throws(RepositoryError) -> [UInt8] {
        LibGit.start()
        var options = git_merge_file_options()
        git_merge_file_options_init(&options, UInt32(GIT_MERGE_FILE_OPTIONS_VERSION))
        options.favor = GIT_MERGE_FILE_FAVOR_UNION
        var result = git_merge_file_result()
        defer { git_merge_file_result_free(&result) }
        let status = withInput(base) { ancestor in
            withInput(ours) { left in
                withInput(theirs) { right in git_merge_file(&result, ancestor, left, right, &options) }
            }
        }
        try LibGit.check(status, "merge the lines of \(path)")
        // SAFETY: libgit2 set pointer and length together; the bytes are copied before the result is freed.
        return Array(UnsafeRawBufferPointer(start: result.ptr, count: result.len))
    }

    /// Lends the bytes to `body` in the form that libgit2 wants.
    private static func withInput(_ bytes: [UInt8], _ body: (UnsafePointer<git_merge_file_input>) -> Int32) -> Int32 {
        bytes.withUnsafeBytes { buffer in
            var input = git_merge_file_input()
            git_merge_file_input_init(&input, UInt32(GIT_MERGE_FILE_INPUT_VERSION))
            // SAFETY: the buffer outlives the call that reads it.
            input.ptr = buffer.baseAddress?.assumingMemoryBound(to: CChar.self)
            input.size = buffer.count
            return body(&input)
        }
    }
}
