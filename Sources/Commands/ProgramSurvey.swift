import CommandRunner
import Foundation

/// The programs that toolchains may ask for, as found on this machine.
struct ProgramSurvey {
    /// By role: `lua`, `python`; a role that nothing fills is absent.
    var paths: [String: String] = [:]
    /// Folders and files outside the system that they need, to be seen in the cage.
    var folders: [String] = []
    /// What no cage may show.
    private let hidden: [String]

    private init(hiding hidden: [String]) {
        self.hidden = hidden
    }

    /// Finds Lua 5.4, else this program as `moonshift lua`, and the first Python that has pytest, else any Python.
    ///
    /// What `python3` means to the user comes first, also when a version manager such as pyenv decides that.
    ///
    /// `folders`: what no cage may show besides the home folder.
    static func make(environment: [String: String], hiding folders: [String] = []) async -> ProgramSurvey {
        let homes = Set([environment["HOME"], NSHomeDirectory()].compactMap(\.self).filter { $0.hasPrefix("/") })
        var survey = ProgramSurvey(hiding: homes.flatMap { [$0, "\($0)/.local/share"] } + folders)
        let path = environment["PATH"]
        if let lua = ProgramFinder.find("lua5.4", path: path) { survey.add(lua, as: "lua") }
        let pythons = [
            await pythonBehindShim(environment), ProgramFinder.find("python3", "python", path: path),
            ProgramFinder.find("python3", path: "/usr/bin"),
        ]
        .compactMap(\.self)
        var withPytest: String?
        for python in pythons where withPytest == nil {
            if await hasPytest(python) { withPytest = python }
        }
        if let python = withPytest ?? pythons.first { survey.add(python, as: "python") }
        if let own = Bundle.main.executablePath {
            survey.paths["moonshift"] = own
            if !ProgramFinder.folders(of: own).isEmpty { survey.folders.append(own) }
        }
        return survey
    }

    private mutating func add(_ program: String, as role: String) {
        paths[role] = program
        folders += ProgramFinder.folders(of: program, hiding: hidden).filter { !folders.contains($0) }
    }

    /// The interpreter that a version manager runs for `python3`; nil when `python3` is no shim.
    private static func pythonBehindShim(_ environment: [String: String]) async -> String? {
        guard let shim = ProgramFinder.shim("python3", path: environment["PATH"]) else { return nil }
        let program = await output(of: [shim, "-I", "-c", "import sys; print(sys.executable)"], environment)
        return program.flatMap { $0.hasPrefix("/") && FileManager.default.isExecutableFile(atPath: $0) ? $0 : nil }
    }

    private static func hasPytest(_ python: String) async -> Bool {
        await output(of: [python, "-I", "-c", "import pytest"], ["PATH": "/usr/bin:/bin"]) != nil
    }

    /// What a program of the user's prints, without the line end; nil when it fails.
    private static func output(of arguments: [String], _ environment: [String: String]) async -> String? {
        let command = Command(
            arguments: arguments, directory: "/", environment: environment, timeout: .seconds(20),
            outputLimitInBytes: 4_096, isCaged: false)
        let result = try? await CommandRunner(sandbox: .uncaged).run(command)
        guard let result, result.isSuccess else { return nil }
        return result.text.trimmingCharacters(in: .whitespacesAndNewlines)
    }
}
