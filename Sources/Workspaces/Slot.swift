import Glibc
import Synchronization

/// One folder of the pool: a linked, detached work tree of the repository, with a scratch folder beside it.
final class Slot: Sendable {
    let name: String
    let path: String
    let scratch: String
    let commonDirectory: String
    private let repository: Repository
    private let files: Mutex<SlotFiles>

    /// Makes the folders and tells git of the work tree.
    ///
    /// The administrative folder is made aside and moved to its place whole: the git program that does this step by step
    /// fails when several of them run at once, or when the user's own git looks in between.
    init(name: String, root: String, repository: Repository, head: ObjectID) throws {
        self.name = name
        self.repository = repository
        path = "\(root)/\(name)"
        scratch = "\(root)/\(name).scratch"
        commonDirectory = repository.commonDirectory
        let administration = Self.administration(name, commonDirectory)
        let gitFile = "gitdir: \(administration)\n"
        files = Mutex(SlotFiles(path: path, repository: repository, gitFile: Array(gitFile.utf8)))
        let preparation = "\(commonDirectory)/moonshift/slots/\(name)"
        for folder in [path, scratch, "\(commonDirectory)/worktrees", preparation] {
            try HostFile.makeFolder(folder)
        }
        try HostFile.write("../..\n", to: preparation + "/commondir")
        try HostFile.write("\(path)/.git\n", to: preparation + "/gitdir")
        try HostFile.write("\(head)\n", to: preparation + "/HEAD")
        try HostFile.write(gitFile, to: path + "/.git")
        guard rename(preparation, administration) == 0 else {
            throw WorktreeError.fileSystem("register a worktree", path: administration, code: errno)
        }
    }

    /// Puts exactly `tree` with `changes` on disk.
    func move(to tree: ObjectID, changes: [String: FileChange]) throws {
        try files.withLock { try $0.move(to: tree, changes: changes) }
    }

    /// Undoes what the commands of a lease left behind.
    func sweep() throws {
        _ = try files.withLock { try $0.sweep() }
        try SlotFolder.withRoot(scratch) { folder in
            for name in try folder.names() {
                try folder.remove(name)
            }
            folder.resetMode()
        }
    }

    func changes(fileLimitInBytes: Int, fileCountLimit: Int) throws -> WorktreeChanges {
        try files.withLock { files in
            let scan = try files.scan()
            return try SlotFolder.withRoot(path) { folder in
                var collector = ChangeCollector(
                    fileLimitInBytes: fileLimitInBytes, fileCountLimit: fileCountLimit)
                for path in scan.missing { collector.delete(path) }
                for path in scan.changed + scan.unknown {
                    try collector.collect(path, wasOurs: files.mode(of: path) != nil, folder)
                }
                return collector.result
            }
        }
    }

    func prepareGit(head: ObjectID) throws {
        let administration = Self.administration(name, commonDirectory)
        try HostFile.write("\(head)\n", to: administration + "/HEAD")
        try repository.writeIndex(of: try repository.tree(of: head), workTree: path, to: administration + "/index")
    }

    /// Takes a slot away, files first; nothing that is missing is an error, so that it works after a crash too.
    static func delete(name: String, root: String, commonDirectory: String) throws {
        try SlotFolder.withRoot(root) { folder in
            try folder.remove(name)
            try folder.remove(name + ".scratch")
        }
        for place in ["worktrees", "moonshift/slots"] {
            let parent = "\(commonDirectory)/\(place)"
            guard HostFile.names(in: parent).contains(name) else { continue }
            try SlotFolder.withRoot(parent) { try $0.remove(name) }
        }
        // The folders that git itself would not have made stay only while somebody needs them.
        _ = rmdir("\(commonDirectory)/worktrees")
        _ = rmdir("\(commonDirectory)/moonshift/slots")
        _ = rmdir("\(commonDirectory)/moonshift")
    }

    private static func administration(_ name: String, _ commonDirectory: String) -> String {
        "\(commonDirectory)/worktrees/\(name)"
    }
}
