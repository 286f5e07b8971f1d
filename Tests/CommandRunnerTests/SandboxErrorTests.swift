import Testing

@testable import CommandRunner

@Suite struct SandboxErrorTests {
    /// The messages of bubblewrap 0.8 for each cause.
    static let messages: [(SandboxError.Refusal, String)] = [
        (
            .noNamespacesLeft,
            "bwrap: Creating new namespace failed: nesting depth or /proc/sys/user/max_*_namespaces exceeded (ENOSPC)"
        ),
        (
            .namespacesForbidden,
            """
            bwrap: No permissions to create new namespace, likely because the kernel does not allow non-privileged user \
            namespaces. See <https://deb.li/bubblewrap>.
            """
        ),
        (.nestedContainer, "bwrap: Can't mount proc on /newroot/proc: Operation not permitted"),
        (.other, "bwrap: Can't find source path /usr: No such file or directory"),
    ]

    @Test(arguments: messages)
    func eachCauseIsTold(refusal: SandboxError.Refusal, message: String) {
        let error = SandboxError(bubblewrapOutput: message)
        #expect(error == .refused(refusal, output: message))
        #expect(error.description.contains(message))
        #expect(error.description.contains("--sandbox none"))
    }

    @Test
    func aMissingProgramNamesItsPackage() {
        let text = SandboxError.programMissing("bwrap").description
        #expect(text.contains("apt-get install bubblewrap"))
        #expect(text.contains("--sandbox none"))
    }
}
