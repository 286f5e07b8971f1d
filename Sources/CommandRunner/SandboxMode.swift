/// What the user asked for with `--sandbox`.
package enum SandboxMode: String, CaseIterable, Codable, Sendable {
    /// Bubblewrap; when it does not work here, an error that says why and what else there is.
    case auto
    case bubblewrap
    /// Commands run as the user, with the user's files and network; only time, output and sizes are limited.
    case none
}
