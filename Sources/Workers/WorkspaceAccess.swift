package import Workspaces

/// Reads trees of the repository, here or on another machine; edits are kept by the worker and are not known to it.
package protocol WorkspaceAccess: Sendable {
    /// All files of the tree, sorted by path.
    func entries(in tree: ObjectID) async throws -> [TreeEntry]
    /// What is at the path; nil when there is nothing, or a folder.
    func entry(_ path: String, in tree: ObjectID) async throws -> TreeEntry?
    /// The content of a file or the target of a link.
    func content(of entry: TreeEntry) async throws -> [UInt8]
    /// The lines of the tree that hold the text, in order of path and line.
    ///
    /// - Parameters:
    ///   - search: What to look for.
    ///   - tree: Where.
    ///   - hidden: Paths to leave out, because an edit replaces them.
    /// - Returns: At most as many as the search allows.
    /// - Throws: When the tree cannot be read.
    func matches(of search: TextSearch, in tree: ObjectID, hiding hidden: Set<String>) async throws -> [TextSearch
        .Match]
}
