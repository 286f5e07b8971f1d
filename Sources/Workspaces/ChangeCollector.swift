import Glibc

/// Reads what commands left in a slot into changes of a tree.
struct ChangeCollector {
    let fileLimitInBytes: Int
    let fileCountLimit: Int
    private var changes: [String: FileChange] = [:]
    private var refused: [String] = []

    init(fileLimitInBytes: Int, fileCountLimit: Int) {
        self.fileLimitInBytes = fileLimitInBytes
        self.fileCountLimit = fileCountLimit
    }

    var result: WorktreeChanges {
        WorktreeChanges(changes: changes, refused: refused.sorted())
    }

    mutating func delete(_ path: String) {
        changes[path] = .delete
    }

    /// `wasOurs`: whether the tree has a file at this path.
    mutating func collect(_ path: String, wasOurs: Bool, _ root: SlotFolder) throws {
        let components = path.split(separator: "/").map(String.init)
        _ = try root.withParent(of: components[...], makesFolders: false) { folder, name in
            try collect(path, name, wasOurs: wasOurs, depth: 0, folder)
        }
    }

    private mutating func collect(
        _ path: String, _ name: String, wasOurs: Bool, depth: Int, _ folder: SlotFolder
    ) throws {
        let isPath = (try? TreePath.components(of: path)) != nil
        guard let stamp = folder.stamp(name), isPath, depth < Self.depthLimit else { return refused.append(path) }
        switch stamp.kind {
        case S_IFDIR:
            if wasOurs { delete(path) }
            let entered: Void? = try folder.withFolder(name) { inner in
                let names = try inner.names()
                // Another repository would become a submodule that nobody can fetch.
                guard !names.contains(".git") else { return refused.append(path) }
                for child in names.sorted() {
                    try collect(path + "/" + child, child, wasOurs: false, depth: depth + 1, inner)
                }
            }
            if entered == nil { refused.append(path) }
        case S_IFREG where changes.count < fileCountLimit:
            guard let content = folder.read(name, limit: fileLimitInBytes) else { return refused.append(path) }
            changes[path] = .write(content, isExecutable: stamp.mode & 0o100 != 0)
        default:
            refused.append(path)
        }
    }

    /// Folders nested deeper are nobody's source code.
    private static let depthLimit = 64
}
