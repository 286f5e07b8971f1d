import Foundation
package import Packs
import Vocabulary

/// Finds recipes and the packs that they use, and reads them into memory.
///
/// What is on disk wins over what is inside the program: `recipes/` of the repository, then the packs' own `recipes/`, then the
/// built-in ones.
package struct RecipeLoader: Sendable {
    /// The recipe of a run that names none.
    package static let standardName = "tdd"

    /// The repository's working tree, absolute; nil for a bare repository or none.
    let root: String?
    /// The folder that relative paths start from, absolute.
    let directory: String
    let builtIn: BuiltInLibrary
    private let isTrusted: @Sendable (ContentHash) -> Bool

    /// `isTrusted` is asked for the recipe and for each pack on disk before any of its code runs, also when one was edited in
    /// the middle of a run.
    package init(
        root: String?, directory: String, builtIn: BuiltInLibrary = .standard,
        isTrusted: @escaping @Sendable (ContentHash) -> Bool
    ) {
        self.root = root
        self.directory = directory
        self.builtIn = builtIn
        self.isTrusted = isTrusted
    }

    /// - Throws: ``RecipeError/notTrusted(subject:hash:)``.
    func checkTrust(_ source: PolicySource) throws(RecipeError) {
        guard !source.isEmbedded, !isTrusted(source.hash) else { return }
        throw .notTrusted(subject: source.entryName, hash: source.hash.rawValue)
    }

    /// Finds a recipe without running anything: by a name such as `tdd`, or a path of a file, or of a folder with
    /// `recipe.lua`; nil stands for the standard recipe.
    ///
    /// - Returns: Where it is; on disk if it is there, else inside the program.
    /// - Throws: ``RecipeError/notFound(name:known:)``.
    package func locate(_ asked: String? = nil) throws(RecipeError) -> RecipeLocation {
        let asked = asked ?? Self.standardName
        let found = asked.contains("/") || asked.hasSuffix(".lua") ? byPath(asked) : byName(asked)
        guard let found else { throw .notFound(name: asked, known: names) }
        return found
    }

    /// The names of all recipes that can be found, sorted.
    package var names: [String] {
        let folders = [root.map { "\($0)/recipes" }].compactMap(\.self) + packRecipeFolders.map(\.path)
        let onDisk = folders.flatMap { folder in
            entries(in: folder).compactMap { entry -> String? in
                if entry.hasSuffix(".lua") { return String(entry.dropLast(4)) }
                return isFile("\(folder)/\(entry)/recipe.lua") ? entry : nil
            }
        }
        let inside = builtIn.files.compactMap { Self.builtInName($0.path) }
        return Set(onDisk + inside).sorted()
    }

    /// The packs that can be found.
    var packs: PackLibrary {
        PackLibrary(roots: root.map { [$0] } ?? [], embedded: builtIn.files)
    }

    private func byName(_ name: String) -> RecipeLocation? {
        let folders = [root.map { (path: "\($0)/recipes", display: "recipes/") }].compactMap(\.self) + packRecipeFolders
        for folder in folders {
            if let found = recipe(name, in: folder.path, display: folder.display) { return found }
        }
        return embedded("recipes/\(name)/recipe.lua") ?? embedded("recipes/\(name).lua")
            ?? builtIn.files.first { $0.path.hasPrefix("plugins/") && $0.path.hasSuffix("/recipes/\(name).lua") }
            .flatMap { embedded($0.path) }
    }

    private func recipe(_ name: String, in folder: String, display: String) -> RecipeLocation? {
        if isFile("\(folder)/\(name)/recipe.lua") {
            return RecipeLocation(
                name: name, folder: .folder("\(folder)/\(name)"), entry: "recipe.lua",
                displayPrefix: "\(display)\(name)/", isSharedFolder: false)
        }
        guard isFile("\(folder)/\(name).lua") else { return nil }
        return RecipeLocation(
            name: name, folder: .folder(folder), entry: "\(name).lua", displayPrefix: display, isSharedFolder: true)
    }

    private func byPath(_ asked: String) -> RecipeLocation? {
        let url = URL(fileURLWithPath: asked, relativeTo: URL(fileURLWithPath: directory, isDirectory: true))
        let path = url.standardizedFileURL.path
        if isFile("\(path)/recipe.lua") {
            return RecipeLocation(
                name: url.lastPathComponent, folder: .folder(path), entry: "recipe.lua",
                displayPrefix: display(path) + "/", isSharedFolder: false)
        }
        let name = url.lastPathComponent
        if isFile(path) {
            let folder = url.standardizedFileURL.deletingLastPathComponent().path
            let isWhole = name == "recipe.lua"
            let title = isWhole ? URL(fileURLWithPath: folder).lastPathComponent : name.replacing(/\.lua$/, with: "")
            let prefix = display(folder)
            return RecipeLocation(
                name: title, folder: .folder(folder), entry: name,
                displayPrefix: prefix.isEmpty ? "" : "\(prefix)/", isSharedFolder: !isWhole)
        }
        return embedded(asked) ?? embedded("\(asked)/recipe.lua")
    }

    /// A recipe inside the program, by its path there.
    private func embedded(_ path: String) -> RecipeLocation? {
        guard let name = Self.builtInName(path), builtIn.files.contains(where: { $0.path == path }) else { return nil }
        let parts = path.split(separator: "/")
        let folder = parts.dropLast().joined(separator: "/")
        return RecipeLocation(
            name: name, folder: .embedded(folder), entry: String(parts.last ?? ""), displayPrefix: "\(folder)/",
            isSharedFolder: parts.last != "recipe.lua")
    }

    /// `recipes/tdd.lua`, `recipes/tdd/recipe.lua` and `plugins/x/recipes/tdd.lua` are the recipe tdd.
    private static func builtInName(_ path: String) -> String? {
        let parts = path.split(separator: "/").map(String.init)
        guard let last = parts.last, last.hasSuffix(".lua") else { return nil }
        if parts.count >= 2, parts[parts.count - 2] == "recipes" { return String(last.dropLast(4)) }
        if last == "recipe.lua", parts.count >= 3, parts[parts.count - 3] == "recipes" { return parts[parts.count - 2] }
        return nil
    }

    private var packRecipeFolders: [(path: String, display: String)] {
        guard let root else { return [] }
        return packs.names.compactMap { name in
            guard case .folder(let path) = try? packs.location(of: name) else { return nil }
            return ("\(path)/recipes", "\(display(path, below: root))/recipes/")
        }
    }

    /// A path as a user of the repository would write it.
    func display(_ path: String) -> String {
        display(path, below: root ?? directory)
    }

    private func display(_ path: String, below base: String) -> String {
        let base = URL(fileURLWithPath: base).resolvingSymlinksInPath().path
        let path = URL(fileURLWithPath: path).resolvingSymlinksInPath().path
        if path == base { return "" }
        return path.hasPrefix("\(base)/") ? String(path.dropFirst(base.count + 1)) : path
    }

    private func entries(in folder: String) -> [String] {
        (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []
    }

    private func isFile(_ path: String) -> Bool {
        var isFolder: ObjCBool = false
        return FileManager.default.fileExists(atPath: path, isDirectory: &isFolder) && !isFolder.boolValue
    }
}
