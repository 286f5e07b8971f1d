import Foundation
import MoonshiftTestSupport
import Testing

@testable import CommandRunner

@Suite struct ProgramFinderTests {
    private let directory: TemporaryDirectory

    init() throws {
        directory = try TemporaryDirectory("programs")
    }

    @discardableResult
    private func program(_ path: String) throws -> String {
        let file = try directory.write("#!/bin/sh\n", to: path)
        try FileManager.default.setAttributes([.posixPermissions: 0o755], ofItemAtPath: file)
        return file
    }

    @Test
    func thePreferredNameWins() throws {
        try program("a/tool")
        let better = try program("b/tool-2")
        let path = "\(directory.path(of: "a")):\(directory.path(of: "b"))"
        #expect(ProgramFinder.find("tool-2", "tool", path: path) == better)
        #expect(ProgramFinder.find("tool-3", path: path) == nil)
    }

    @Test
    func shimsAndPlainFilesAreSkipped() throws {
        try program("shims/tool")
        try directory.write("text", to: "plain/tool")
        try FileManager.default.createDirectory(
            atPath: directory.path(of: "folder/tool"), withIntermediateDirectories: true)
        let real = try program("real/bin/tool")
        let path = ["shims", "plain", "folder", "real/bin"].map { directory.path(of: $0) }.joined(separator: ":")
        #expect(ProgramFinder.find("tool", path: path) == real)
        #expect(ProgramFinder.folders(of: real) == [directory.path(of: "real")])
    }

    @Test
    func aShimIsNamedWhereAShellWouldRunIt() throws {
        let shim = try program("shims/tool")
        try program("real/tool")
        let (shims, real) = (directory.path(of: "shims"), directory.path(of: "real"))
        #expect(ProgramFinder.shim("tool", path: "\(shims):\(real)") == shim)
        #expect(ProgramFinder.shim("tool", path: "\(real):\(shims)") == nil)
        #expect(ProgramFinder.shim("other", path: shims) == nil)
    }

    @Test
    func aLinkIsResolvedUnlessItIsAPythonEnvironment() throws {
        let real = try program("versions/3/bin/python3.11")
        for folder in ["links", "venv/bin"] {
            let path = directory.path(of: folder)
            try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
            try FileManager.default.createSymbolicLink(atPath: "\(path)/python3", withDestinationPath: real)
        }
        try directory.write("home = x\n", to: "venv/pyvenv.cfg")
        #expect(ProgramFinder.find("python3", path: directory.path(of: "links")) == real)
        let environment = directory.path(of: "venv/bin/python3")
        #expect(ProgramFinder.find("python3", path: directory.path(of: "venv/bin")) == environment)
        #expect(
            ProgramFinder.folders(of: environment)
                == [directory.path(of: "venv"), directory.path(of: "versions/3")].sorted())
    }

    @Test
    func whatHoldsMoreThanProgramsIsNotShown() throws {
        let real = try program("home/bin/tool")
        let local = try program("home/.local/bin/tool")
        try directory.write("text", to: "home/.local/lib/python3/file")
        let home = directory.path(of: "home")
        let hidden = [home, "\(home)/.local/share", directory.path(of: "other/repository")]
        #expect(ProgramFinder.folders(of: real, hiding: hidden) == [real])
        #expect(ProgramFinder.folders(of: local, hiding: hidden) == [local, "\(home)/.local/lib"].sorted())
        let beside = try program("other/bin/tool")
        #expect(ProgramFinder.folders(of: beside, hiding: hidden) == [beside])
        let below = try program("home/.pyenv/versions/3/bin/python3")
        #expect(ProgramFinder.folders(of: below, hiding: hidden) == ["\(home)/.pyenv/versions/3"])
    }

    @Test
    func aProgramOfTheSystemNeedsNoFolders() throws {
        let shell = try #require(ProgramFinder.find("sh"))
        #expect(ProgramFinder.isInSystem(shell))
        #expect(ProgramFinder.folders(of: shell) == [])
    }
}
