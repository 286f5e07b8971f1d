import CGit2

/// libgit2 as this module uses it: started once, deaf to the user's configuration, errors typed.
enum LibGit {
    private static let isStarted: Bool = {
        git_libgit2_init()
        // What a run does must not depend on the user's or the machine's configuration files.
        for level in [
            GIT_CONFIG_LEVEL_PROGRAMDATA, GIT_CONFIG_LEVEL_SYSTEM, GIT_CONFIG_LEVEL_XDG, GIT_CONFIG_LEVEL_GLOBAL,
        ] {
            _ = moonshift_git_set_search_path(level.rawValue, "")
        }
        // The owner check protects programs that obey a repository's configuration (hooks, fsmonitor, pagers). We run
        // none of them, and `safe.directory`, the way round it, lives in the configuration that is not read.
        _ = moonshift_git_set_owner_validation(0)
        // The git program does not do it for each read either: a damaged object fails the checksum of its compression.
        _ = moonshift_git_set_hash_verification(0)
        // Set by `git sparse-checkout`; it concerns work trees only.
        _ = moonshift_git_accept_extension("worktreeconfig")
        return true
    }()

    /// Must be called before any other libgit2 function; cheap after the first time.
    static func start() {
        _ = isStarted
    }

    /// The text of this thread's last libgit2 error.
    static var lastErrorText: String {
        // SAFETY: the message belongs to this thread and is copied before the next libgit2 call.
        guard let error = git_error_last(), let message = error.pointee.message else { return "unknown error" }
        return String(cString: message)
    }

    /// Throws when `status` is negative.
    static func check(_ status: Int32, _ operation: @autoclosure () -> String) throws(RepositoryError) {
        if status < 0 {
            throw .failed(operation: operation(), text: lastErrorText)
        }
    }

    /// Makes an object with `make`, lends it to `body`, and frees it with `free`, whatever happens.
    ///
    /// `failure`: the error for a negative status; nil for the general one.
    static func scoped<Result>(
        _ operation: @autoclosure () -> String,
        free: (OpaquePointer?) -> Void,
        failure: (Int32) -> RepositoryError? = { _ in nil },
        make: (inout OpaquePointer?) -> Int32,
        body: (OpaquePointer) throws(RepositoryError) -> Result
    ) throws(RepositoryError) -> Result {
        var pointer: OpaquePointer?
        let status = make(&pointer)
        // SAFETY: libgit2 sets the pointer exactly when it returns 0; this scope is its only owner, and `body` does
        // not keep it.
        guard status >= 0, let pointer else {
            throw failure(status) ?? .failed(operation: operation(), text: lastErrorText)
        }
        defer { free(pointer) }
        return try body(pointer)
    }
}
