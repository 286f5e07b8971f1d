import Glibc

/// How commands are kept away from the rest of the machine, decided once at the start of a run.
package struct Sandbox: Sendable {
    enum Kind: Sendable {
        case cage(Cage)
        case none(OrphanGuard)
    }

    let kind: Kind
    let identities = CageIdentities()
    /// What a cage around a program that does nothing took; nil without a cage.
    package private(set) var emptyCage: (wall: Duration, cpu: Duration)?

    /// Finds out what works here; tries a real cage once, which takes some 20 ms.
    ///
    /// - Throws: ``SandboxError`` when a cage is wanted and none can be made; there is no silent fallback.
    package static func select(_ mode: SandboxMode) async throws(SandboxError) -> Sandbox {
        guard mode != .none else { return .uncaged }
        guard let bubblewrap = ProgramFinder.find("bwrap") else { throw .programMissing("bwrap") }
        let isRoot = geteuid() == 0
        for helper in isRoot ? Cage.helpers : [Cage.helpers[0]] where !ProgramFinder.isProgram(helper) {
            throw .programMissing(helper)
        }
        // In a container without the right to mount, root may still be allowed a user namespace.
        let choices: [Cage.Privilege] = isRoot ? [.ownIdentity, .userNamespace] : [.userNamespace]
        var refusal: SandboxError?
        for choice in choices {
            var sandbox = Sandbox(kind: .cage(Cage(bubblewrap: bubblewrap, privilege: choice)))
            switch await sandbox.probe() {
            case .success(let cost):
                sandbox.emptyCage = cost
                return sandbox
            case .failure(let fault): refusal = SandboxError(bubblewrapOutput: fault.output)
            }
        }
        throw refusal ?? .refused(.other, output: "")
    }

    /// Commands run with our own rights; for the host's own programs and for `--sandbox none`.
    package static var uncaged: Sandbox {
        Sandbox(kind: .none(OrphanGuard()))
    }

    package var isCaged: Bool {
        if case .cage = kind { true } else { false }
    }

    /// One line for `doctor` and the start of a run.
    package var description: String {
        switch kind {
        case .cage(let cage) where cage.privilege == .userNamespace && geteuid() == 0:
            "bubblewrap in a user namespace of root: no network, read-only system, processes not counted"
        case .cage(let cage) where cage.privilege == .userNamespace:
            "bubblewrap in a user namespace: no network, read-only system"
        case .cage:
            "bubblewrap, each command under a user id of its own: no network, read-only system"
        case .none:
            "none: test commands run with your rights, files and network"
        }
    }

    /// What bubblewrap says when no cage can be made.
    private struct ProbeFault: Error {
        let output: String
    }

    /// - Returns: What an empty cage took, or what bubblewrap says.
    private func probe() async -> Result<(wall: Duration, cpu: Duration), ProbeFault> {
        let probe = Command(arguments: ["true"], directory: "/usr", timeout: .seconds(20), outputLimitInBytes: 4096)
        do {
            let result = try await CommandRunner(sandbox: self).run(probe)
            if result.isSuccess { return .success((result.duration, result.cpuTime ?? .zero)) }
            return .failure(
                ProbeFault(output: result.text.split(whereSeparator: \.isNewline).joined(separator: " ")))
        } catch {
            return .failure(ProbeFault(output: String(describing: error)))
        }
    }
}
