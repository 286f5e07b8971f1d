import Testing
import Workspaces

@Suite struct OverlayTests {
    @Test func changesHideTheBase() async throws {
        let fixture = try await Fixture()
        let overlay = Overlay(
            base: fixture.tree,
            changes: ["src/main.py": .text("edited"), "new/file": .text("1234"), "README.md": .delete])
        let read = { try overlay.read($0, in: fixture.repository) }
        #expect(try read("src/main.py") == "edited".bytes)
        #expect(try read("new/file") == "1234".bytes)
        #expect(try read("README.md") == nil)
        #expect(try read("run.sh") == "#!/bin/sh\n".bytes)
        #expect(try read("nowhere") == nil)
    }
}
