/// Why commands cannot be caged on this machine, and what to do about it.
package enum SandboxError: Error, CustomStringConvertible, Equatable, Sendable {
    /// The three ways in which a kernel or container refuses a cage, and everything else.
    package enum Refusal: Equatable, Sendable {
        case noNamespacesLeft
        case namespacesForbidden
        case nestedContainer
        case other
    }

    /// A program that the cage needs is not installed.
    case programMissing(String)
    /// Bubblewrap is there but does not work; `output` is its own message.
    case refused(Refusal, output: String)

    package var description: String {
        switch self {
        case .programMissing(let program):
            """
            cannot cage commands: '\(program)' is not installed. \(Self.installation(of: program))
            \(Self.alternative)
            """
        case .refused(let refusal, let output):
            """
            cannot cage commands: \(output.isEmpty ? "bubblewrap failed without a message" : output)
            \(Self.remedy(for: refusal))
            \(Self.alternative)
            """
        }
    }

    /// Reads bubblewrap's message; there is no other sign by which the causes can be told apart.
    init(bubblewrapOutput output: String) {
        let refusal: Refusal =
            if output.contains("namespaces exceeded") {
                .noNamespacesLeft
            } else if output.contains("Can't mount proc") {
                .nestedContainer
            } else if output.contains("No permissions to creat") || output.contains("Operation not permitted") {
                .namespacesForbidden
            } else {
                .other
            }
        self = .refused(refusal, output: output)
    }

    private static let alternative = """
        Or pass --sandbox none: test commands then run with your own rights, files and network; only time, output and \
        sizes stay limited. Do that only in a container or machine that holds nothing of value.
        """

    private static func installation(of program: String) -> String {
        let package = program == "bwrap" ? "bubblewrap" : "util-linux"
        return "Install it: apt-get install \(package) (Debian, Ubuntu), dnf install \(package) (Fedora)."
    }

    private static func remedy(for refusal: Refusal) -> String {
        switch refusal {
        case .noNamespacesLeft:
            "User namespaces are switched off: sysctl -w user.max_user_namespaces=15000 (as root) allows them."
        case .namespacesForbidden:
            """
            The kernel or a container's seccomp profile forbids namespaces: on the host allow unprivileged user \
            namespaces (kernel.unprivileged_userns_clone=1, kernel.apparmor_restrict_unprivileged_userns=0); in Docker \
            start the container with --security-opt seccomp=unconfined --security-opt apparmor=unconfined.
            """
        case .nestedContainer:
            """
            This container hides parts of /proc, so no new one can be mounted: start it with \
            --security-opt systempaths=unconfined (Docker) or without a second container around it.
            """
        case .other:
            "Run `bwrap --unshare-user --unshare-pid --ro-bind / / --proc /proc true` to see the message again."
        }
    }
}
