/// Why something could not be done with a repository.
///
/// Nothing that a ref points to has changed when one of these is thrown; unreferenced objects may have been written.
package enum RepositoryError: Error, Equatable, Sendable {
    case notARepository(path: String)
    case sha256Repository(path: String)
    case unsupported(path: String, reason: String)
    case emptyRepository(path: String)
    case revisionNotFound(revision: String)
    case notACommit(revision: String)
    case objectMissing(ObjectID)
    case wrongKind(ObjectID, expected: String)
    case invalidPath(path: String, reason: String)
    /// The path is a folder where a file is meant, or the other way round.
    case pathConflict(path: String)
    case invalidSignature(name: String, email: String)
    /// A reference outside `refs/moonshift/` and `refs/heads/moonshift/`.
    case foreignReference(name: String)
    case invalidReferenceName(name: String)
    /// nil: the reference does not exist, or must not.
    case staleReference(name: String, expected: ObjectID?, found: ObjectID?)
    /// Another process holds the reference's lock file.
    case lockedReference(name: String)
    case checkedOutReference(name: String, workTree: String)
    case gitFailed(command: String, exitCode: Int, text: String)
    case failed(operation: String, text: String)
}

extension RepositoryError: CustomStringConvertible {
    package var description: String {
        switch self {
        case .notARepository(let path):
            "not a git repository: \(path) (nor any folder above it). Run `git init` there or name another folder."
        case .sha256Repository(let path):
            "\(path) uses SHA-256 object names; only SHA-1 repositories are supported."
        case .unsupported(let path, let reason):
            "\(path) cannot be used: \(reason)."
        case .emptyRepository(let path):
            "\(path) has no commit yet; make a first commit, then run again."
        case .revisionNotFound(let revision):
            "no commit is named `\(revision)` in this repository; check it with `git rev-parse \(revision)`."
        case .notACommit(let revision):
            "`\(revision)` does not name a commit."
        case .objectMissing(let id):
            "object \(id) is not in the repository; check it with `git fsck`."
        case .wrongKind(let id, let expected):
            "object \(id) is not a \(expected)."
        case .invalidPath(let path, let reason):
            "`\(path)` is not a path inside the repository: \(reason)."
        case .pathConflict(let path):
            "`\(path)` would be a file and a folder at once."
        case .invalidSignature(let name, let email):
            "`\(name) <\(email)>` cannot sign a commit; give a name and an address without `<`, `>` and line breaks."
        case .foreignReference(let name):
            "\(name) is not ours to move; only refs/moonshift/ and refs/heads/moonshift/ are."
        case .invalidReferenceName(let name):
            "`\(name)` is not a valid reference name."
        case .staleReference(let name, let expected, let found):
            "\(name) moved meanwhile: expected \(Self.text(expected)), found \(Self.text(found)). Nothing was changed."
        case .lockedReference(let name):
            "\(name) is locked by another git process; if none runs, delete \(name).lock in the git folder."
        case .checkedOutReference(let name, let workTree):
            "\(name) is checked out in \(workTree); switch that work tree to another branch, then go on with `moonshift resume`."
        case .gitFailed(let command, let exitCode, let text):
            "`git \(command)` failed with status \(exitCode): \(text)"
        case .failed(let operation, let text):
            "cannot \(operation): \(text)"
        }
    }

    private static func text(_ id: ObjectID?) -> String {
        id?.description ?? "no such reference"
    }
}
