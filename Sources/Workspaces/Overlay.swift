/// A tree with changes, to be read as if they were made: nothing is written, neither objects nor files.
package struct Overlay: Sendable, Equatable {
    /// The tree below the changes.
    package let base: ObjectID
    /// A path of the base that is not here is as the base has it.
    package let changes: [String: FileChange]

    package init(base: ObjectID, changes: [String: FileChange] = [:]) {
        self.base = base
        self.changes = changes
    }

    /// The content of a file; nil when there is none. A symbolic link reads as its target's text.
    package func read(_ path: String, in repository: Repository) throws(RepositoryError) -> [UInt8]? {
        switch changes[path] {
        case .write(let content, _): content
        case .delete: nil
        case nil: try repository.read(path, in: base)
        }
    }
}
