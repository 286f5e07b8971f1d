/// The files that judge a feature, frozen: no change of a worker counts there.
package struct TestLock: Codable, Hashable, Sendable {
    /// Test files and runner configuration by path, as blobs of the repository.
    package var files: [String: ObjectID]
    /// Paths that must stay without a file, such as a runner configuration that the base does not have.
    package var absentPaths: [String]
    /// The ids that must have run and passed.
    package var ids: [String]

    package init(files: [String: ObjectID], absentPaths: [String] = [], ids: [String]) {
        self.files = files
        self.absentPaths = absentPaths
        self.ids = ids
    }

    /// How a change breaks the lock.
    package struct Violation: Codable, Hashable, Sendable {
        package enum Kind: String, Codable, CaseIterable, Sendable {
            case modified, deleted, created
        }

        package var path: String
        package var kind: Kind

        package init(path: String, kind: Kind) {
            self.path = path
            self.kind = kind
        }
    }

    /// What in `changes` breaks the lock, sorted by path; a locked file written with its own content does not.
    package func check(_ changes: [String: FileChange]) -> [Violation] {
        var violations: [Violation] = []
        for (path, change) in changes {
            switch (files[path], change) {
            case (.some, .delete):
                violations.append(Violation(path: path, kind: .deleted))
            case (.some(let id), .write(let content, _)) where ObjectID.blob(of: content) != id:
                violations.append(Violation(path: path, kind: .modified))
            case (nil, .write) where absentPaths.contains(path):
                violations.append(Violation(path: path, kind: .created))
            default: break
            }
        }
        return violations.sorted { $0.path < $1.path }
    }

    /// The same changes with the lock's files put back: what is tested and what lands.
    ///
    /// `base`: the tree that the changes are made to.
    ///
    /// - Throws: ``RepositoryError/objectMissing(_:)`` when a locked file's content is gone.
    package func restored(
        _ changes: [String: FileChange], base: ObjectID, in repository: Repository
    ) throws(RepositoryError) -> [String: FileChange] {
        var restored = changes
        for (path, id) in files {
            let entry = try repository.entry(path, in: base)
            if entry?.id == id, entry?.mode != .symlink {
                restored[path] = nil
            } else {
                restored[path] = .write(try repository.read(blob: id), isExecutable: nil)
            }
        }
        for path in absentPaths {
            restored[path] = try repository.entry(path, in: base) == nil ? nil : .delete
        }
        return restored
    }
}
