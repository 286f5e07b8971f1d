package import Workspaces

/// The workspace of a repository on this machine: reads git objects, needs no worktree.
package struct RepositoryWorkspace: WorkspaceAccess {
    private let repository: Repository

    package init(repository: Repository) {
        self.repository = repository
    }

    @concurrent
    package func entries(in tree: ObjectID) async throws -> [TreeEntry] {
        try repository.entries(in: tree)
    }

    @concurrent
    package func entry(_ path: String, in tree: ObjectID) async throws -> TreeEntry? {
        try repository.entry(path, in: tree)
    }

    @concurrent
    package func content(of entry: TreeEntry) async throws -> [UInt8] {
        try repository.read(blob: entry.id)
    }

    @concurrent
    package func matches(
        of search: TextSearch, in tree: ObjectID, hiding hidden: Set<String>
    ) async throws -> [TextSearch.Match] {
        var found: [TextSearch.Match] = []
        var bytesLeft = TextSearch.readLimitInBytes
        for entry in try repository.entries(in: tree) where search.covers(entry) && !hidden.contains(entry.path) {
            try Task.checkCancellation()
            let content = try repository.read(blob: entry.id)
            found += search.matches(in: content, of: entry.path, limit: search.limit - found.count)
            bytesLeft -= content.count
            if found.count >= search.limit || bytesLeft <= 0 { break }
        }
        return found
    }
}
