import Foundation
import MoonshiftTestSupport
import Packs
import Testing
import Vocabulary

@Suite struct PackLibraryTests {
    private let embedded = [
        EmbeddedFile(path: "plugins/default/pack.yaml", bytes: Array(manifest("default").utf8)),
        EmbeddedFile(path: "plugins/default/policy.lua", bytes: Array("return {}".utf8)),
        EmbeddedFile(path: "recipes/tdd.lua", bytes: Array("return {}".utf8)),
    ]

    private static func manifest(_ name: String, api: String = "1") -> String {
        "{name: \(name), version: 1.0.0, moonshift_api: '\(api)'}"
    }

    @Test func aFolderWinsOverWhatIsBuiltIn() throws {
        let root = try TemporaryDirectory()
        let library = PackLibrary(roots: [root.path], embedded: embedded)
        let builtIn = try library.pack("default")
        #expect(builtIn.location == .embedded("plugins/default"))
        #expect(builtIn.files.files.map(\.path) == ["pack.yaml", "policy.lua"])
        try root.write(Self.manifest("default"), to: "plugins/default/pack.yaml")
        let own = try library.pack("default")
        #expect(own.location == .folder(root.path(of: "plugins/default")))
        #expect(own.files.hash != builtIn.files.hash)
    }

    @Test func theFirstFolderWins() throws {
        let (near, far) = (try TemporaryDirectory(), try TemporaryDirectory())
        for root in [near, far] { try root.write(Self.manifest("acme/a"), to: "plugins/acme/a/pack.yaml") }
        try far.write(Self.manifest("b"), to: "plugins/b/pack.yaml")
        let library = PackLibrary(roots: [near.path, far.path], embedded: embedded)
        #expect(try library.pack("acme/a").location == .folder(near.path(of: "plugins/acme/a")))
        #expect(try library.pack("b").location == .folder(far.path(of: "plugins/b")))
        #expect(library.names == ["acme/a", "b", "default"])
        #expect(try library.location(of: "acme") == nil)
    }

    @Test func anUnknownPackIsGuessedAt() throws {
        let library = PackLibrary(roots: ["/nowhere"], embedded: embedded)
        #expect(throws: PackError.notFound(name: "defalt", searched: ["/nowhere/plugins"], guess: "default")) {
            try library.pack("defalt")
        }
    }

    @Test(arguments: ["", "..", "../x", "a/b/c", "/etc", "A", "a b", "a/", "a\n", ".git"])
    func namesThatAreNoFolderAreRefused(name: String) {
        #expect(throws: PackError.badName(name)) {
            try PackLibrary(roots: [], embedded: embedded).location(of: PackName(rawValue: name))
        }
    }

    @Test func aSymlinkOutOfTheRootIsRefused() throws {
        let (root, other) = (try TemporaryDirectory(), try TemporaryDirectory())
        try other.write(Self.manifest("x"), to: "x/pack.yaml")
        try root.write("", to: "plugins/keep")
        try FileManager.default.createSymbolicLink(
            atPath: root.path(of: "plugins/x"), withDestinationPath: other.path(of: "x"))
        #expect(throws: PackError.self) { try PackLibrary(roots: [root.path], embedded: []).pack("x") }
    }

    @Test func aFolderWithoutManifestIsAnErrorAndNotPassedOver() throws {
        let root = try TemporaryDirectory()
        try root.write("return {}", to: "plugins/default/policy.lua")
        #expect(throws: PackError.self) { try PackLibrary(roots: [root.path], embedded: embedded).pack("default") }
    }

    @Test func aPackMustBeWhatItIsCalledAndFitTheHost() throws {
        let root = try TemporaryDirectory()
        let path = try root.write(Self.manifest("y", api: ">=2"), to: "plugins/x/pack.yaml")
        let error = #expect(throws: PackError.self) { try PackLibrary(roots: [root.path], embedded: []).pack("x") }
        #expect(
            error?.description == """
                \(path): error: the pack calls itself `y`, but it lies where `x` is looked for
                \(path): error: the pack needs moonshift_api >=2, but this program has 1.0.0: use another version of either
                """)
    }
}
