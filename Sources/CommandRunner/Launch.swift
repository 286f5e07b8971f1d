import Foundation

/// What is started for a command, with or without a cage round it.
struct Launch: Sendable {
    let program: String
    let arguments: [String]
    let environment: [String: String]
    let directory: String
    /// Set on the process before its program starts; nil when the cage does it, or when there are none.
    let limits: ResourceLimits?
    let isCaged: Bool
    /// A user id to give back in the end.
    let identity: UInt32?

    /// Checks what would otherwise fail inside the cage with a message of somebody else.
    ///
    /// - Throws: ``CommandError``.
    init(_ command: Command, in sandbox: Sandbox) throws(CommandError) {
        let program = try Self.resolve(command)
        guard Self.isDirectory(command.directory) else { throw .pathMissing(command.directory) }
        guard command.isCaged else {
            self.init(program: program, command: command, limits: nil)
            return
        }
        switch sandbox.kind {
        case .none(let orphanGuard):
            // With us gone nobody would watch the command's time.
            var marked = command
            marked.environment = orphanGuard.marking(command.environment)
            self.init(program: program, command: marked, limits: command.limits)
        case .cage(let cage):
            try Self.checkPaths(of: command)
            let identity = cage.privilege == .ownIdentity ? sandbox.identities.lease() : nil
            self.init(
                program: cage.bubblewrap, arguments: cage.arguments(for: command, identity: identity ?? 0),
                environment: ["PATH": "/usr/bin:/bin"], directory: "/", limits: nil, isCaged: true, identity: identity)
        }
    }

    private init(program: String, command: Command, limits: ResourceLimits?) {
        self.init(
            program: program, arguments: Array(command.arguments.dropFirst()), environment: command.environment,
            directory: command.directory, limits: limits, isCaged: false, identity: nil)
    }

    private init(
        program: String, arguments: [String], environment: [String: String], directory: String, limits: ResourceLimits?,
        isCaged: Bool, identity: UInt32?
    ) {
        self.program = program
        self.arguments = arguments
        self.environment = environment
        self.directory = directory
        self.limits = limits
        self.isCaged = isCaged
        self.identity = identity
    }

    private static func resolve(_ command: Command) throws(CommandError) -> String {
        guard let name = command.arguments.first, !name.isEmpty else { throw .noProgram }
        if name.contains("/") { return name }
        let path = command.environment["PATH"] ?? "/usr/local/bin:/usr/bin:/bin"
        for folder in path.split(separator: ":") where folder.hasPrefix("/") {
            let candidate = "\(folder)/\(name)"
            if ProgramFinder.isProgram(candidate) { return candidate }
        }
        throw .programNotFound(name, searched: path)
    }

    private static func checkPaths(of command: Command) throws(CommandError) {
        for path in command.writablePaths where !FileManager.default.fileExists(atPath: path) {
            throw .pathMissing(path)
        }
        let shown = command.writablePaths + command.readOnlyPaths + ProgramFinder.systemFolders + ["/tmp", Cage.home]
        let isShown = shown.contains { command.directory == $0 || command.directory.hasPrefix($0 + "/") }
        guard isShown else { throw .directoryHidden(command.directory) }
    }

    private static func isDirectory(_ path: String) -> Bool {
        var isDirectory: ObjCBool = false
        return FileManager.default.fileExists(atPath: path, isDirectory: &isDirectory) && isDirectory.boolValue
    }
}
