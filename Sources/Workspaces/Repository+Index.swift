import CGit2
import Glibc

extension Repository {
    /// Writes the index that a work tree of this tree would have, with the times of the files that lie there, so that
    /// the git program need not read them again.
    func writeIndex(of tree: ObjectID, workTree: String, to path: String) throws(RepositoryError) {
        let entries = try entries(in: tree)
        unlink(path)
        try LibGit.scoped(
            "start an index",
            free: git_index_free,
            make: { git_index_open(&$0, path) },
            body: { index throws(RepositoryError) in
                for entry in entries {
                    try add(entry, workTree: workTree, index)
                }
                try LibGit.check(git_index_write(index), "write an index")
            }
        )
    }

    private func add(_ entry: TreeEntry, workTree: String, _ index: OpaquePointer) throws(RepositoryError) {
        var raw = git_index_entry()
        var status = stat()
        if lstat("\(workTree)/\(entry.path)", &status) == 0 {
            raw.ctime = git_index_time(
                seconds: Int32(truncatingIfNeeded: status.st_ctim.tv_sec),
                nanoseconds: UInt32(status.st_ctim.tv_nsec))
            raw.mtime = git_index_time(
                seconds: Int32(truncatingIfNeeded: status.st_mtim.tv_sec),
                nanoseconds: UInt32(status.st_mtim.tv_nsec))
            raw.dev = UInt32(truncatingIfNeeded: status.st_dev)
            raw.ino = UInt32(truncatingIfNeeded: status.st_ino)
            (raw.uid, raw.gid) = (status.st_uid, status.st_gid)
            raw.file_size = UInt32(truncatingIfNeeded: status.st_size)
        }
        raw.mode = entry.mode.rawValue
        raw.id = entry.id.raw
        let added = entry.path.withCString { name in
            raw.path = name
            return git_index_add(index, &raw)
        }
        try LibGit.check(added, "add \(entry.path) to an index")
    }
}
