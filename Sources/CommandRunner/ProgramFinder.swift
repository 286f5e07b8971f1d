import Foundation

/// Finds programs as a shell would, but so that they also work in a cage.
package enum ProgramFinder {
    /// The first of `names` that a folder of `path` holds as an executable file.
    ///
    /// Folders named `shims` are skipped: a version manager's shim is a script that needs the manager's own files and runs
    /// it at each start; see ``shim(_:path:)``. Symlinks are resolved unless they lie in a system folder or belong to a Python environment.
    ///
    /// - Parameters:
    ///   - names: Names without slash, the preferred first.
    ///   - path: Folders separated by `:`; relative ones are ignored. nil: our own `PATH`.
    /// - Returns: An absolute path; nil when there is none.
    package static func find(_ names: String..., path: String? = nil) -> String? {
        find(names, path: path)
    }

    /// ``find(_:path:)-2i8jz`` with the names as a list.
    package static func find(_ names: [String], path: String? = nil) -> String? {
        let path = path ?? ProcessInfo.processInfo.environment["PATH"] ?? "/usr/local/bin:/usr/bin:/bin"
        for name in names where !name.isEmpty && !name.contains("/") {
            for folder in path.split(separator: ":") where folder.hasPrefix("/") && !isShims(folder) {
                let candidate = "\(folder)/\(name)"
                if isProgram(candidate) { return settled(candidate) }
            }
        }
        return nil
    }

    /// The version manager's shim that a shell would run for the name; nil when it would run a real program or none.
    ///
    /// Ask it which program it stands for; it is no use in a cage itself.
    package static func shim(_ name: String, path: String? = nil) -> String? {
        let path = path ?? ProcessInfo.processInfo.environment["PATH"] ?? ""
        let folders = path.split(separator: ":").filter { $0.hasPrefix("/") }
        guard let first = folders.first(where: { isProgram("\($0)/\(name)") }), isShims(first) else { return nil }
        return "\(first)/\(name)"
    }

    /// The folders and files outside the system that a program needs, itself among them: those to list as read-only paths of
    /// a cage.
    ///
    /// For `/home/a/.pyenv/versions/3.12/bin/python3` it is `/home/a/.pyenv/versions/3.12`. A folder that holds more than
    /// programs, as that of `/home/a/bin/lua`, is not shown: only the program then, and `lib` beside its `bin`.
    ///
    /// - Parameters:
    ///   - program: An absolute path.
    ///   - hidden: What no cage may show, as the user's home folder: neither it nor a folder around it is in the result.
    /// - Returns: Sorted absolute paths; empty for a program of the system.
    package static func folders(of program: String, hiding hidden: [String] = []) -> [String] {
        let places: Set<String> = [program, resolved(program)]
        let shown = places.filter { !isInSystem($0) }.flatMap { place -> [String] in
            let prefix = prefix(place)
            guard prefix == "/" || hidden.contains(where: { isInside($0, prefix) }) else { return [prefix] }
            let library = prefix == "/" ? "/lib" : "\(prefix)/lib"
            let isShown = isInBin(place) && isFolder(library) && !hidden.contains { isInside($0, library) }
            return isShown ? [place, library] : [place]
        }
        return Set(shown).sorted()
    }

    private static func isInside(_ path: String, _ folder: String) -> Bool {
        path == folder || path.hasPrefix(folder + "/")
    }

    private static func isFolder(_ path: String) -> Bool {
        var isDirectory: ObjCBool = false
        return FileManager.default.fileExists(atPath: path, isDirectory: &isDirectory) && isDirectory.boolValue
    }

    private static func isInBin(_ program: String) -> Bool {
        URL(fileURLWithPath: program).deletingLastPathComponent().lastPathComponent == "bin"
    }

    static func isInSystem(_ path: String) -> Bool {
        systemFolders.contains { path == $0 || path.hasPrefix($0 + "/") }
    }

    static let systemFolders = ["/usr", "/bin", "/sbin", "/lib", "/lib64", "/opt", "/nix/store"]

    static func isProgram(_ path: String) -> Bool {
        var isDirectory: ObjCBool = false
        return FileManager.default.fileExists(atPath: path, isDirectory: &isDirectory) && !isDirectory.boolValue
            && FileManager.default.isExecutableFile(atPath: path)
    }

    private static func isShims(_ folder: Substring) -> Bool {
        folder.split(separator: "/").last == "shims"
    }

    private static func settled(_ candidate: String) -> String {
        let target = resolved(candidate)
        // A Python environment is recognised by the path of the link, so resolving the link would leave it.
        if FileManager.default.fileExists(atPath: "\(prefix(candidate))/pyvenv.cfg") { return candidate }
        // The name may be what a multi-call program goes by, and the cage shows the same links.
        return isInSystem(candidate) && isInSystem(target) ? candidate : target
    }

    private static func resolved(_ path: String) -> String {
        URL(fileURLWithPath: path).resolvingSymlinksInPath().path
    }

    private static func prefix(_ program: String) -> String {
        let folder = URL(fileURLWithPath: program).deletingLastPathComponent()
        return folder.lastPathComponent == "bin" ? folder.deletingLastPathComponent().path : folder.path
    }
}
