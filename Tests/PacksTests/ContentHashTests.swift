import Foundation
import MoonshiftTestSupport
import Packs
import Testing
import Vocabulary

@Suite struct ContentHashTests {
    private let files = [
        PackFile(path: "pack.yaml", bytes: Array("name: x\n".utf8)), PackFile(path: "lib/a.lua", bytes: []),
    ]

    @Test func itIsTheSHA256OfTheListing() async throws {
        let listing = "moonshift files 1\n100644 0 lib/a.lua\0100644 8 pack.yaml\0name: x\n"
        let expected = try await runProcess(["sha256sum"], input: Array(listing.utf8)).output.prefix(64)
        #expect(ContentHash(of: files).rawValue == expected)
        #expect(ContentHash(of: files.reversed()).rawValue == expected)
    }

    @Test(arguments: [
        [PackFile(path: "a", bytes: [98])], [PackFile(path: "ab", bytes: [])],
        [PackFile(path: "a", isExecutable: true, bytes: [98])],
        [PackFile(path: "a", bytes: []), PackFile(path: "b", bytes: [])], [],
    ])
    func everyDifferenceShows(files: [PackFile]) {
        #expect(ContentHash(of: files) != ContentHash(of: [PackFile(path: "a", bytes: [97])]))
        #expect(ContentHash(of: files).rawValue.count == 64)
    }

    @Test func aFolderOnDiskHasTheHashOfItsFiles() throws {
        let folder = try TemporaryDirectory()
        for file in files { try folder.write(file.bytes, to: file.path) }
        try folder.write("ref: x", to: ".git/HEAD")
        #expect(try PackFiles.read(path: folder.path).hash == ContentHash(of: files))
        try FileManager.default.setAttributes([.posixPermissions: 0o700], ofItemAtPath: folder.path(of: "lib/a.lua"))
        #expect(try PackFiles.read(path: folder.path).hash != ContentHash(of: files))
    }

    @Test func timesHaveNoPart() throws {
        let folder = try TemporaryDirectory()
        try folder.write("x", to: "a")
        let before = try PackFiles.read(path: folder.path).hash
        try FileManager.default.setAttributes(
            [.modificationDate: Date(timeIntervalSince1970: 9)], ofItemAtPath: folder.path(of: "a"))
        #expect(try PackFiles.read(path: folder.path).hash == before)
    }

    @Test func aSingleFileStandsForItself() throws {
        let folder = try TemporaryDirectory()
        let path = try folder.write("return {}", to: "recipes/tdd.lua")
        let files = try PackFiles.read(path: path)
        #expect(files.files == [PackFile(path: "tdd.lua", bytes: Array("return {}".utf8))])
        #expect(files.bytes(of: "tdd.lua") == Array("return {}".utf8))
        #expect(files.bytes(of: "other.lua") == nil)
    }

    @Test func symlinksAndPipesAreRefused() throws {
        let folder = try TemporaryDirectory()
        let link = folder.path(of: "link")
        try FileManager.default.createSymbolicLink(atPath: link, withDestinationPath: "/etc/passwd")
        #expect(throws: PackError.refused(path: link, cause: "it is a symlink, copy what it points to")) {
            try PackFiles.read(path: folder.path)
        }
        try FileManager.default.removeItem(atPath: link)
        mkfifo(folder.path(of: "pipe"), 0o600)
        #expect(throws: PackError.refused(path: folder.path(of: "pipe"), cause: "it is no regular file")) {
            try PackFiles.read(path: folder.path)
        }
        #expect(throws: PackError.cannotRead(path: "/no/such", cause: "there is no such file")) {
            try PackFiles.read(path: "/no/such")
        }
    }
}
