import Foundation
import MoonshiftTestSupport
import Testing

@testable import Commands

@Suite struct ProgramSurveyTests {
    @Test func aVersionManagersShimLeadsToTheInterpreter() async throws {
        let folder = try TemporaryDirectory("pythons")
        let real = try program("versions/3.12/bin/python3", "exit 0", in: folder)
        try program("shims/python3", "echo \(real)", in: folder)
        let path = "\(folder.path(of: "shims")):/usr/bin:/bin"
        let survey = await ProgramSurvey.make(environment: ["PATH": path])
        #expect(survey.paths["python"] == real)
        #expect(survey.folders.contains(folder.path(of: "versions/3.12")))
    }

    @Test func aBrokenShimIsPassedOver() async throws {
        let folder = try TemporaryDirectory("pythons")
        try program("shims/python3", "exit 127", in: folder)
        let survey = await ProgramSurvey.make(environment: ["PATH": folder.path(of: "shims")])
        #expect(survey.paths["python"] != folder.path(of: "shims/python3"))
    }

    @discardableResult
    private func program(_ path: String, _ script: String, in folder: TemporaryDirectory) throws -> String {
        let file = try folder.write("#!/bin/sh\n\(script)\n", to: path)
        try FileManager.default.setAttributes([.posixPermissions: 0o755], ofItemAtPath: file)
        return file
    }
}
