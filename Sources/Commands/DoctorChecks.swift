import CommandRunner
import Foundation
import LuaRuntime

/// Looks at the machine, then at the repository.
struct DoctorChecks {
    /// The oldest git that can merge without a work tree.
    static let oldestGit = (major: 2, minor: 38)
    /// The first Lua release without the faults that the sandbox works around.
    static let soundLua = (5, 4, 8)
    /// A connection for each of 1,000 calls, and what git, SQLite and test commands need beside.
    static let neededFiles: UInt64 = 2_048

    /// Absolute.
    let repository: String
    let context: CommandContext

    /// All checks, in the order in which they are shown.
    func run() async -> [DoctorCheck] {
        var checks = [await git(), await cage(), luaLibrary(), luaProgram(), await python(), openFiles()]
        checks += await DoctorRepositoryChecks(path: repository, context: context).run()
        return checks
    }

    private func git() async -> DoctorCheck {
        let need =
            "git \(Self.oldestGit.major).\(Self.oldestGit.minor) or later is needed for merges without a work tree"
        guard let program = ProgramFinder.find("git", path: context.environment["PATH"]),
            let text = await output(of: [program, "--version"])
        else { return .error("git", "not found: install git; \(need)") }
        let numbers = Self.numbers(in: text)
        guard let major = numbers.first else { return .error("git", "'\(text)' names no version; \(need)") }
        let isEnough = (major, numbers.dropFirst().first ?? 0) >= (Self.oldestGit.major, Self.oldestGit.minor)
        return isEnough ? .ok("git", text) : .error("git", "\(text) is too old: \(need)")
    }

    private func cage() async -> DoctorCheck {
        do throws(SandboxError) {
            return .ok("cage", try await Sandbox.select(.bubblewrap).description)
        } catch {
            return .error("cage", error.description)
        }
    }

    private func luaLibrary() -> DoctorCheck {
        let release = LuaState.release
        let numbers = Self.numbers(in: release)
        guard numbers.count >= 3, (numbers[0], numbers[1], numbers[2]) < Self.soundLua else {
            return .ok("lua library", release)
        }
        return .warning(
            "lua library",
            """
            \(release) has known faults that the sandbox works around; \
            5.4.8 or later is better, above all for packs of others
            """)
    }

    private func luaProgram() -> DoctorCheck {
        guard let program = ProgramFinder.find("lua5.4", path: context.environment["PATH"]) else {
            return .warning(
                "lua5.4",
                """
                not found: Lua tests run in `moonshift lua`, which has fewer libraries; \
                install lua5.4 to test what uses files, programs or the debug library
                """)
        }
        return .ok("lua5.4", program)
    }

    private func python() async -> DoctorCheck {
        let survey = await ProgramSurvey.make(environment: context.environment)
        guard let program = survey.paths["python"] else {
            return .warning("python", "not found: plans with pytest need python3 with pytest")
        }
        let script = "import pytest, sys; print('%d.%d' % sys.version_info[:2], 'with pytest', pytest.__version__)"
        guard let versions = await output(of: [program, "-I", "-c", script]) else {
            return .warning(
                "python", "\(program) has no pytest: plans with pytest need it; \(program) -m pip install pytest")
        }
        return .ok("python", "\(versions), \(program)")
    }

    private func openFiles() -> DoctorCheck {
        var limit = rlimit()
        guard getrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit) == 0 else {
            return .warning("open files", "the limit cannot be read: \(String(cString: strerror(errno)))")
        }
        guard limit.rlim_cur < Self.neededFiles else { return .ok("open files", "\(limit.rlim_cur) at once") }
        return .warning(
            "open files",
            "\(limit.rlim_cur) at once are few for 1,000 connections: say `ulimit -n 4096` before a wide run")
    }

    /// The first line that a program says; nil when it fails.
    private func output(of arguments: [String]) async -> String? {
        let command = Command(
            arguments: arguments, directory: "/", environment: ["PATH": "/usr/bin:/bin"], timeout: .seconds(20),
            outputLimitInBytes: 4_096, isCaged: false)
        guard let result = try? await CommandRunner(sandbox: .uncaged).run(command), result.isSuccess else {
            return nil
        }
        return result.text.split(separator: "\n").first.map(String.init)
    }

    /// The numbers of a version in a text such as `git version 2.39.5 (Apple Git-154)`.
    static func numbers(in text: String) -> [Int] {
        guard let version = text.split(separator: " ").first(where: { $0.first?.isNumber == true && $0.contains(".") })
        else { return [] }
        return version.split(separator: ".").prefix { $0.allSatisfy(\.isNumber) }.compactMap { Int($0) }
    }
}
