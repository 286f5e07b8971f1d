import CommandRunner
import Foundation

/// The programs that toolchains may ask for, as found on this machine.
struct ProgramSurvey {
    /// By role: `lua`, `python`; a role that nothing fills is absent.
    var paths: [String: String] = [:]
    /// Folders outside the system that they need, to be seen in the cage.
    var folders: [String] = []

    /// Finds Lua 5.4, else this program as `moonshift lua`, and the first Python that has pytest, else any Python.
    static func make(environment: [String: String]) async -> ProgramSurvey {
        var survey = ProgramSurvey()
        let path = environment["PATH"]
        if let lua = ProgramFinder.find("lua5.4", path: path) { survey.add(lua, as: "lua") }
        let pythons = [
            ProgramFinder.find("python3", "python", path: path), ProgramFinder.find("python3", path: "/usr/bin"),
        ]
        .compactMap(\.self)
        var withPytest: String?
        for python in pythons where withPytest == nil {
            if await hasPytest(python) { withPytest = python }
        }
        if let python = withPytest ?? pythons.first { survey.add(python, as: "python") }
        if let own = Bundle.main.executablePath { survey.add(own, as: "moonshift") }
        return survey
    }

    private mutating func add(_ program: String, as role: String) {
        paths[role] = program
        folders += ProgramFinder.folders(of: program).filter { !folders.contains($0) }
    }

    private static func hasPytest(_ python: String) async -> Bool {
        let command = Command(
            arguments: [python, "-I", "-c", "import pytest"], directory: "/", environment: ["PATH": "/usr/bin:/bin"],
            timeout: .seconds(20), outputLimitInBytes: 4_096, isCaged: false)
        let result = try? await CommandRunner(sandbox: .uncaged).run(command)
        return result?.isSuccess == true
    }
}
