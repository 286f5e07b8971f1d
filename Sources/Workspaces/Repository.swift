import CGit2
package import CommandRunner
import Synchronization
package import Telemetry

/// A user's git repository, read and added to without touching what the user sees of it.
///
/// Objects are added, and references below `refs/moonshift/` and `refs/heads/moonshift/` move; HEAD, index, work tree,
/// configuration and every other reference stay as they are. All methods may be called from many tasks at once.
///
/// Objects are written loose and not flushed one by one: they survive the death of the process at once, and the loss of
/// power once a reference below `refs/heads/` that needs them has moved (see ``update(_:message:signature:)``).
package final class Repository: Sendable {
    /// The folder that HEAD is read from, absolute: of a linked work tree its own, else ``commonDirectory``.
    package let gitDirectory: String
    /// The folder that holds objects and references, absolute, without a trailing slash.
    package let commonDirectory: String
    /// The root of the user's work tree, absolute, without a trailing slash; nil for a bare repository.
    package let workTree: String?
    package let isBare: Bool

    let git: HostGit
    let trees = TreeCache()
    let blobs = BlobCache()
    /// What was done to objects, references and worktrees so far.
    package let metrics = Metrics()
    /// One reference update at a time, so that racing updates of this process see values and not lock files.
    let referenceLock = Mutex(())
    private let idleHandles: Mutex<[Handle]>

    /// Opens the repository that holds `path`: any folder inside a work tree, linked or not, or a bare repository.
    ///
    /// `commands`: what runs the git program, for the few things that need it.
    ///
    /// - Throws: ``RepositoryError/notARepository(path:)``, ``RepositoryError/sha256Repository(path:)`` or
    ///   ``RepositoryError/unsupported(path:reason:)``. A repository without commits opens.
    package static func open(
        path: String, commands: CommandRunner = CommandRunner(sandbox: .uncaged)
    ) throws(RepositoryError) -> Repository {
        LibGit.start()
        var pointer: OpaquePointer?
        let status = git_repository_open_ext(&pointer, path, 0, nil)
        guard status >= 0, let pointer else {
            throw openingFault(path: path, status: status, text: LibGit.lastErrorText)
        }
        return Repository(Handle(pointer: pointer), commands: commands)
    }

    private init(_ handle: Handle, commands: CommandRunner) {
        gitDirectory = Self.folder(git_repository_path(handle.pointer)) ?? ""
        commonDirectory = Self.folder(git_repository_commondir(handle.pointer)) ?? gitDirectory
        workTree = Self.folder(git_repository_workdir(handle.pointer))
        isBare = git_repository_is_bare(handle.pointer) == 1
        git = HostGit(commands: commands, gitDirectory: commonDirectory)
        idleHandles = Mutex([handle])
    }

    deinit {
        for handle in idleHandles.withLock({ $0 }) {
            git_repository_free(handle.pointer)
        }
    }

    /// Lends a libgit2 handle that no other thread uses meanwhile.
    func withHandle<Result>(
        _ body: (OpaquePointer) throws(RepositoryError) -> Result
    ) throws(RepositoryError) -> Result {
        let handle: Handle
        if let idle = idleHandles.withLock({ $0.popLast() }) {
            handle = idle
        } else {
            handle = try openAnother()
        }
        defer { giveBack(handle) }
        return try metrics.measure(.git) { () throws(RepositoryError) in try body(handle.pointer) }
    }

    private func openAnother() throws(RepositoryError) -> Handle {
        var pointer: OpaquePointer?
        let status = git_repository_open_ext(&pointer, gitDirectory, GIT_REPOSITORY_OPEN_NO_SEARCH.rawValue, nil)
        guard status >= 0, let pointer else {
            throw .failed(operation: "open \(gitDirectory) again", text: LibGit.lastErrorText)
        }
        return Handle(pointer: pointer)
    }

    private func giveBack(_ handle: Handle) {
        let isKept = idleHandles.withLock { idle in
            guard idle.count < Self.idleHandleLimit else { return false }
            idle.append(handle)
            return true
        }
        if !isKept {
            git_repository_free(handle.pointer)
        }
    }

    /// Calls are short and synchronous, so that there are never many more handles than threads.
    private static let idleHandleLimit = 8

    private static func folder(_ path: UnsafePointer<CChar>?) -> String? {
        // SAFETY: libgit2 owns the text for as long as the handle lives; it is copied here.
        guard let path else { return nil }
        var text = String(cString: path)
        while text.count > 1, text.last == "/" {
            text.removeLast()
        }
        return text
    }
}

// SAFETY: a handle is either in `idleHandles` or lent to exactly one caller of `withHandle`, which stays on one thread.
private struct Handle: @unchecked Sendable {
    let pointer: OpaquePointer
}

extension Repository {
    private static func openingFault(path: String, status: Int32, text: String) -> RepositoryError {
        if status == GIT_ENOTFOUND.rawValue {
            return .notARepository(path: path)
        }
        if text.contains("objectformat") || objectFormat(above: path) == "sha256" {
            return .sha256Repository(path: path)
        }
        return .unsupported(path: path, reason: text)
    }

    /// The object format that the repository's own configuration names; libgit2 refuses to open such a repository.
    private static func objectFormat(above path: String) -> String? {
        var folder = git_buf()
        defer { git_buf_dispose(&folder) }
        guard git_repository_discover(&folder, path, 0, nil) == 0, let start = folder.ptr else { return nil }
        let file = String(cString: start) + "config"
        var configuration: OpaquePointer?
        guard git_config_open_ondisk(&configuration, file) == 0 else { return nil }
        defer { git_config_free(configuration) }
        var value = git_buf()
        defer { git_buf_dispose(&value) }
        guard git_config_get_string_buf(&value, configuration, "extensions.objectformat") == 0 else { return nil }
        return value.ptr.map { String(cString: $0) }
    }
}
