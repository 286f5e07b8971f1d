import Documents
import Foundation

/// Finds packs: in `plugins/` of the given folders, in their order, and then among what is built in.
package struct PackLibrary: Sendable {
    private static let manifest = "pack.yaml"

    private let roots: [String]
    private let embedded: [EmbeddedFile]

    /// - Parameters:
    ///   - roots: The folders that may hold `plugins/`, the nearest first: the recipe's, then the repository's.
    ///   - embedded: The files that were built into the program, under their paths in the source tree.
    package init(roots: [String], embedded: [EmbeddedFile]) {
        self.roots = roots
        self.embedded = embedded
    }

    /// Where the pack is; nil when it is nowhere.
    ///
    /// - Throws: ``PackError/badName(_:)``; ``PackError/refused(path:cause:)`` when a symlink leads out of its root.
    package func location(of name: PackName) throws(PackError) -> PackLocation? {
        guard name.isValid else { throw .badName(name.rawValue) }
        for root in roots {
            let base = URL(fileURLWithPath: root).resolvingSymlinksInPath().path
            let path = URL(fileURLWithPath: "\(base)/plugins/\(name)").resolvingSymlinksInPath().path
            guard isFolder(path) else { continue }
            guard path.hasPrefix(base == "/" ? base : "\(base)/") else {
                throw .refused(path: "\(root)/plugins/\(name)", cause: "it leads out of \(base) by a symlink")
            }
            // `plugins/acme` may only be the folder of the packs of acme.
            if FileManager.default.fileExists(atPath: "\(path)/\(Self.manifest)") || !holdsPacks(path) {
                return .folder(path)
            }
        }
        let prefix = "plugins/\(name)/"
        return embedded.contains { $0.path == prefix + Self.manifest } ? .embedded(String(prefix.dropLast())) : nil
    }

    /// Finds the pack, reads all of it and checks its manifest.
    ///
    /// - Throws: ``PackError`` also when the pack calls itself something else, or was written for another host API.
    package func pack(_ name: PackName) throws(PackError) -> Pack {
        guard let location = try location(of: name) else {
            throw .notFound(
                name: name, searched: roots.map { "\($0)/plugins" },
                guess: Spelling.closest(to: name.rawValue, among: names.map(\.rawValue)).map(PackName.init(rawValue:)))
        }
        let files = try files(at: location)
        let file = file(Self.manifest, at: location)
        guard let bytes = files.bytes(of: Self.manifest) else {
            throw .cannotRead(path: file, cause: "there is no such file, and every pack needs one")
        }
        let manifest = try PackManifest.read(bytes: bytes, file: file)
        try PackCheck.check(manifest, asked: name, file: file)
        return Pack(manifest: manifest, location: location, files: files)
    }

    /// The names of all packs that can be found, sorted.
    package var names: [PackName] {
        let found = roots.flatMap { root in
            folders(in: "\(root)/plugins").flatMap { folder in
                [folder] + folders(in: "\(root)/plugins/\(folder)").map { "\(folder)/\($0)" }
            }.filter { FileManager.default.fileExists(atPath: "\(root)/plugins/\($0)/\(Self.manifest)") }
        }
        let builtIn = embedded.map(\.path)
            .filter { $0.hasPrefix("plugins/") && $0.hasSuffix("/\(Self.manifest)") }
            .map { String($0.dropFirst("plugins/".count).dropLast(Self.manifest.count + 1)) }
        return Set(found + builtIn).map(PackName.init(rawValue:)).filter(\.isValid).sorted()
    }

    private func files(at location: PackLocation) throws(PackError) -> PackFiles {
        switch location {
        case .folder(let path):
            return try PackFiles.read(path: path)
        case .embedded(let path):
            let prefix = "\(path)/"
            return PackFiles(
                embedded.filter { $0.path.hasPrefix(prefix) }
                    .map { PackFile(path: String($0.path.dropFirst(prefix.count)), bytes: $0.bytes) })
        }
    }

    private func file(_ name: String, at location: PackLocation) -> String {
        switch location {
        case .folder(let path), .embedded(let path): "\(path)/\(name)"
        }
    }

    private func holdsPacks(_ path: String) -> Bool {
        folders(in: path).contains { FileManager.default.fileExists(atPath: "\(path)/\($0)/\(Self.manifest)") }
    }

    private func folders(in path: String) -> [String] {
        let names = (try? FileManager.default.contentsOfDirectory(atPath: path)) ?? []
        return names.filter { isFolder("\(path)/\($0)") }
    }

    private func isFolder(_ path: String) -> Bool {
        var isFolder: ObjCBool = false
        return FileManager.default.fileExists(atPath: path, isDirectory: &isFolder) && isFolder.boolValue
    }
}
