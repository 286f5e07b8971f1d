import Glibc

/// The two variables that the git program needs from the user's environment.
enum HostEnvironment {
    static let path = value("PATH") ?? "/usr/local/bin:/usr/bin:/bin"
    static let home = value("HOME") ?? "/"

    private static func value(_ name: String) -> String? {
        // SAFETY: read once, before anything of ours could change the environment; the text is copied.
        getenv(name).map { String(cString: $0) }
    }
}
