import Foundation
import MoonshiftTestSupport
import Packs
import Testing
import Vocabulary

@Suite struct TrustStoreTests {
    private let hash: ContentHash = "aa"

    @Test func onlyTheSaidContentInTheSaidRepositoryIsTrusted() throws {
        let folder = try TemporaryDirectory()
        let store = TrustStore(path: folder.path(of: "config/moonshift/trust.json"))
        #expect(try !store.isTrusted(hash, repository: "/r"))
        try store.trust(hash, subject: "recipes/tdd.lua", repository: "/r")
        try store.trust(hash, subject: "recipes/tdd.lua", repository: "/r")
        try store.trust("bb", subject: "plugins/x", repository: "/s")
        #expect(try store.isTrusted(hash, repository: "/r"))
        #expect(try !store.isTrusted("bb", repository: "/r"))
        #expect(try !store.isTrusted(hash, repository: "/s"))
        #expect(try store.trusted(in: "/s") == ["bb": "plugins/x"])
    }

    @Test func theFileIsPrivateReadableAndAlone() throws {
        let folder = try TemporaryDirectory()
        let store = TrustStore(path: folder.path(of: "trust.json"))
        try store.trust(hash, subject: "s", repository: "/r")
        let mode = try FileManager.default.attributesOfItem(atPath: store.path)[.posixPermissions] as? Int
        #expect(mode == 0o600)
        #expect(try Value(json: folder.read("trust.json").utf8) == ["version": 1, "repositories": ["/r": ["aa": "s"]]])
        let names = try FileManager.default.contentsOfDirectory(atPath: folder.path).sorted()
        #expect(names == ["trust.json", "trust.json.lock"])
    }

    @Test func aRepositoryIsTheSameBehindASymlink() throws {
        let folder = try TemporaryDirectory()
        try folder.write("", to: "real/file")
        let link = folder.path(of: "link")
        try FileManager.default.createSymbolicLink(atPath: link, withDestinationPath: folder.path(of: "real"))
        let store = TrustStore(path: folder.path(of: "trust.json"))
        try store.trust(hash, subject: "s", repository: link)
        #expect(try store.isTrusted(hash, repository: folder.path(of: "real/")))
    }

    @Test func aLinkedFileStaysALink() throws {
        let folder = try TemporaryDirectory()
        let link = folder.path(of: "trust.json")
        try folder.write("{\"version\":1}", to: "dotfiles/trust.json")
        try FileManager.default.createSymbolicLink(atPath: link, withDestinationPath: "dotfiles/trust.json")
        try TrustStore(path: link).trust(hash, subject: "s", repository: "/r")
        #expect(try FileManager.default.destinationOfSymbolicLink(atPath: link) == "dotfiles/trust.json")
        #expect(try TrustStore(path: folder.path(of: "dotfiles/trust.json")).isTrusted(hash, repository: "/r"))
    }

    @Test(arguments: ["", "{", "[]", "{\"version\":2}", "{\"version\":1,\"repositories\":{\"/r\":{\"aa\":1}}}"])
    func aDamagedFileTrustsNothingAndIsLeftAlone(text: String) throws {
        let folder = try TemporaryDirectory()
        let store = TrustStore(path: try folder.write(text, to: "trust.json"))
        #expect(throws: TrustError.self) { try store.isTrusted(hash, repository: "/r") }
        #expect(throws: TrustError.self) { try store.trust(hash, subject: "s", repository: "/r") }
        #expect(try folder.read("trust.json") == text)
    }

    @Test func concurrentUsersLoseNothing() async throws {
        let folder = try TemporaryDirectory()
        let store = TrustStore(path: folder.path(of: "trust.json"))
        try await withThrowingTaskGroup(of: Void.self) { group in
            for number in 0..<50 {
                group.addTask { try store.trust(ContentHash(rawValue: "\(number)"), subject: "s", repository: "/r") }
            }
            try await group.waitForAll()
        }
        #expect(try store.trusted(in: "/r").count == 50)
    }

    @Test func aPlaceThatCannotBeWrittenIsSaid() throws {
        let folder = try TemporaryDirectory()
        try folder.write("", to: "file")
        let store = TrustStore(path: folder.path(of: "file/trust.json"))
        #expect(throws: TrustError.self) { try store.trust(hash, subject: "s", repository: "/r") }
    }

    @Test(arguments: [
        (["XDG_CONFIG_HOME": "/x", "HOME": "/h"], "/x/moonshift/trust.json"),
        (["XDG_CONFIG_HOME": "relative", "HOME": "/h"], "/h/.config/moonshift/trust.json"),
        (["XDG_CONFIG_HOME": "", "HOME": "/h"], "/h/.config/moonshift/trust.json"),
    ])
    func theStandardPlaceFollowsTheXDGRules(environment: [String: String], path: String) throws {
        #expect(try TrustStore.standard(environment: environment).path == path)
    }

    @Test func withoutAHomeThereIsNoStore() {
        #expect(throws: TrustError.noHome) { try TrustStore.standard(environment: ["HOME": "."]) }
    }
}
