/// A folder with the files of one tree, lent for a while to run commands in.
package struct Worktree: Sendable {
    /// The root of the files, absolute. Commands may change everything in it but `.git`.
    package let path: String
    /// An empty folder beside it, absolute, for what a command needs and the tree does not have.
    package let scratch: String
    /// What git needs to be read inside, and nobody may write: the `.git` file and the repository's own folder.
    package let gitPaths: [String]
    private let slot: Slot

    init(slot: Slot) {
        path = slot.path
        scratch = slot.scratch
        gitPaths = [slot.path + "/.git", slot.commonDirectory]
        self.slot = slot
    }

    /// What commands have changed since the lease began.
    ///
    /// Ignored files are not told apart from others; the caller knows which paths it wants.
    ///
    /// `fileLimitInBytes`: larger files are refused, not read.
    ///
    /// `fileCountLimit`: how many new or changed files are read; the rest is refused.
    ///
    /// - Throws: ``WorktreeError``.
    package func changes(fileLimitInBytes: Int = 4 << 20, fileCountLimit: Int = 10_000) throws -> WorktreeChanges {
        try slot.changes(fileLimitInBytes: fileLimitInBytes, fileCountLimit: fileCountLimit)
    }

    /// Makes `git status` and `git diff` work inside: HEAD is `commit`, detached, and the index has its files.
    ///
    /// The tree of the commit is best the one that was leased; differences show as edits.
    package func prepareGit(head commit: ObjectID) throws {
        try slot.prepareGit(head: commit)
    }
}

/// What commands did to a worktree.
package struct WorktreeChanges: Hashable, Sendable {
    package var changes: [String: FileChange]
    /// Paths that cannot become part of a commit: links, devices, other repositories, files too large; sorted.
    package var refused: [String]
}
