import Foundation

/// Builds the bubblewrap command line of one caged command.
///
/// The system is read-only, `/tmp`, `/run` and the home folder are private and in memory, there is no network at all, and
/// everything ends with the PID namespace. Verified by the tests of this module, not only by reading.
struct Cage: Sendable {
    /// How the command loses the rights of the user who runs the host.
    enum Privilege: Sendable {
        /// An own user namespace: the way of a plain user.
        case userNamespace
        /// A user id that nobody has: the way of root.
        ///
        /// Bubblewrap makes the mounts as root, so the worktree may lie under a folder that only root enters, and then the
        /// command becomes an id of its own, which is what makes the limit on processes hold (the kernel does not count
        /// root's). It keeps the one capability to ignore file modes, so nothing has to change its owner; without the
        /// capability to change modes or owners it cannot leave a root-owned setuid file behind.
        case ownIdentity
    }

    let bubblewrap: String
    let privilege: Privilege
    private let systemArguments: [String]

    init(bubblewrap: String, privilege: Privilege) {
        self.bubblewrap = bubblewrap
        self.privilege = privilege
        systemArguments = Self.systemArguments()
    }

    /// What bubblewrap is called with for `command`; `identity` is the user id that it gets, unused in a user namespace.
    func arguments(for command: Command, identity: UInt32) -> [String] {
        var arguments = privilege == .userNamespace ? ["--unshare-user", "--disable-userns"] : []
        arguments += Self.isolation + ["--cap-drop", "ALL"]
        if privilege == .ownIdentity {
            arguments += ["CAP_SETUID", "CAP_SETGID", "CAP_SETPCAP", "CAP_DAC_OVERRIDE"].flatMap { ["--cap-add", $0] }
        }
        arguments += systemArguments + privateFolders(temporaryBytes: command.limits.temporaryBytes)
        // The kernel's switches are files of root, which root's cages could write whatever their modes say.
        arguments += binds(of: command) + ["--remount-ro", "/", "--remount-ro", "/proc"]
        let environment = environment(of: command)
        for (name, value) in environment.plain { arguments += ["--setenv", name, value] }
        arguments += ["--chdir", command.directory, "--"]
        if privilege == .ownIdentity { arguments += Self.identityChange(to: identity) }
        arguments += ["/usr/bin/prlimit"] + limits(command.limits) + ["--"]
        if !environment.loader.isEmpty {
            arguments += ["/usr/bin/env"] + environment.loader.map { "\($0.key)=\($0.value)" }
        }
        return arguments + command.arguments
    }

    /// Programs inside the cage that put a command into its bounds.
    static let helpers = ["/usr/bin/prlimit", "/usr/bin/setpriv"]

    private static let isolation = [
        "--unshare-ipc", "--unshare-pid", "--unshare-net", "--unshare-uts", "--unshare-cgroup-try", "--die-with-parent",
        "--new-session", "--clearenv", "--hostname", "sandbox",
    ]

    private static func systemArguments() -> [String] {
        var arguments = ["--ro-bind", "/usr", "/usr"]
        for folder in ["/bin", "/sbin", "/lib", "/lib32", "/lib64"] {
            if let target = try? FileManager.default.destinationOfSymbolicLink(atPath: folder) {
                arguments += ["--symlink", target, folder]
            } else {
                arguments += ["--ro-bind-try", folder, folder]
            }
        }
        let optional = [
            "/opt", "/nix/store", "/etc/ssl", "/etc/alternatives", "/etc/ld.so.cache", "/etc/localtime",
            "/etc/nsswitch.conf", "/etc/hosts", "/etc/passwd", "/etc/group",
        ]
        return arguments + optional.flatMap { ["--ro-bind-try", $0, $0] }
    }

    private func privateFolders(temporaryBytes: Int) -> [String] {
        func memory(_ folder: String, _ size: Int) -> [String] {
            ["--size", String(max(size, 4096)), "--tmpfs", folder]
        }
        return ["--proc", "/proc", "--dev", "/dev"] + memory("/dev/shm", 64 << 20) + ["--remount-ro", "/dev"]
            + memory("/tmp", temporaryBytes) + memory("/run", 1 << 20) + memory(Self.home, 64 << 20)
    }

    static let home = "/home/agent"

    /// Outer folders first, so that a path inside another keeps its own right; of two equal paths read-only wins.
    private func binds(of command: Command) -> [String] {
        let binds =
            command.writablePaths.map { (path: $0, option: "--bind") }
            + command.readOnlyPaths.map { (path: $0, option: "--ro-bind-try") }
        return binds.enumerated()
            .sorted { ($0.element.path.utf8.count, $0.offset) < ($1.element.path.utf8.count, $1.offset) }
            .flatMap { [$0.element.option, $0.element.path, $0.element.path] }
    }

    /// What bubblewrap sets itself, and what only the command may see.
    ///
    /// Variables that make the loader run code must not reach `setpriv`, which still has rights when it starts.
    private func environment(
        of command: Command
    ) -> (plain: [(key: String, value: String)], loader: [(key: String, value: String)]) {
        var environment = command.environment
        environment["HOME"] = Self.home
        environment["TMPDIR"] = "/tmp"
        if privilege == .ownIdentity, environment["GIT_CONFIG_COUNT"] == nil {
            // Git refuses a repository of another user, and here every repository is one.
            environment.merge(Self.gitTrust) { $1 }
        }
        environment["PATH"] = environment["PATH"] ?? "/usr/local/bin:/usr/bin:/bin"
        let sorted = environment.sorted { $0.key < $1.key }
        let isLoader = { (name: String) in Self.loaderPrefixes.contains { name.hasPrefix($0) } }
        return (sorted.filter { !isLoader($0.key) }, sorted.filter { isLoader($0.key) })
    }

    private static let gitTrust = [
        "GIT_CONFIG_COUNT": "1", "GIT_CONFIG_KEY_0": "safe.directory", "GIT_CONFIG_VALUE_0": "*",
    ]

    /// - SeeAlso: ld.so(8) and `unsecvars.h` of glibc.
    private static let loaderPrefixes = ["LD_", "GLIBC_", "GCONV_", "GETCONF_", "LOCPATH", "NLSPATH", "MALLOC_"]

    /// Without the secure bit access(2) would deny what open(2) grants by the capability, and git asks access(2).
    private static func identityChange(to identity: UInt32) -> [String] {
        let kept = "-all,+dac_override"
        return [
            "/usr/bin/setpriv", "--reuid", String(identity), "--regid", String(identity), "--clear-groups",
            "--no-new-privs", "--securebits", "+no_setuid_fixup", "--inh-caps", kept, "--ambient-caps", kept,
            "--bounding-set", kept, "--",
        ]
    }

    private func limits(_ limits: ResourceLimits) -> [String] {
        var options = [
            "--core=0", "--nproc=\(limits.processes)", "--fsize=\(limits.fileSizeInBytes)",
            "--nofile=\(limits.openFiles)",
        ]
        if let memory = limits.memoryInBytes { options.append("--data=\(memory)") }
        if let time = limits.cpuTime { options.append("--cpu=\(max(time.components.seconds, 1))") }
        return options
    }
}
