/// What kind of file an entry of a tree is.
package enum FileMode: UInt32, Codable, Hashable, Sendable {
    case regular = 0o100644
    case executable = 0o100755
    case symlink = 0o120000
    /// A commit of another repository; on disk an empty folder.
    case submodule = 0o160000

    /// Normalizes a mode as found in a tree object; old tools wrote 100664 and others.
    init(treeMode: UInt32) {
        switch treeMode & 0o170000 {
        case 0o120000: self = .symlink
        case 0o160000: self = .submodule
        default: self = treeMode & 0o100 == 0 ? .regular : .executable
        }
    }
}

/// One file of a tree, without its content.
package struct TreeEntry: Hashable, Sendable {
    /// Relative to the root of the tree, separated by `/`.
    package let path: String
    package let mode: FileMode
    /// The blob, or the commit of a submodule.
    package let id: ObjectID

    package init(path: String, mode: FileMode, id: ObjectID) {
        self.path = path
        self.mode = mode
        self.id = id
    }
}

/// What an edit does to one file.
package enum FileChange: Hashable, Sendable {
    /// The file's new content. nil keeps the mode that the base has, a plain file where it has none.
    ///
    /// Written over a symbolic link, it replaces the link and never what the link points to.
    case write([UInt8], isExecutable: Bool?)
    /// The file goes; nothing happens where there is none.
    case delete

    /// Whether the path exists after the change.
    package var isWrite: Bool {
        if case .write = self { true } else { false }
    }
}

/// How one path differs between two trees; at least one side is there.
package struct TreeChange: Hashable, Sendable {
    /// nil: the path is new.
    package let old: TreeEntry?
    /// nil: the path is gone.
    package let new: TreeEntry?

    package init(old: TreeEntry?, new: TreeEntry?) {
        self.old = old
        self.new = new
    }
}

/// The size of a difference between two trees.
package struct DiffCounts: Codable, Hashable, Sendable {
    /// Changed paths, sorted.
    package var files: [String]
    /// Lines; a binary file counts none.
    package var added: Int
    package var removed: Int

    package init(files: [String] = [], added: Int = 0, removed: Int = 0) {
        self.files = files
        self.added = added
        self.removed = removed
    }
}

/// Who made a commit, and when.
package struct Signature: Codable, Hashable, Sendable {
    package var name: String
    package var email: String
    /// Seconds since 1970, UTC.
    package var time: Int64

    package init(name: String, email: String, time: Int64) {
        self.name = name
        self.email = email
        self.time = time
    }
}

/// What came of merging two changes.
package enum MergeOutcome: Hashable, Sendable {
    case clean(tree: ObjectID)
    /// Paths sorted; the tree holds the files with conflict markers.
    case conflicted(paths: [String], markerTree: ObjectID)
}
