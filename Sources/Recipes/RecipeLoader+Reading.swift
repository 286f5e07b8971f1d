import Documents
import Foundation
package import Packs
import Vocabulary

extension RecipeLoader {
    /// Everything that a recipe may run, read before any of it runs: the recipe and every pack of the repository.
    ///
    /// For the question whether the user trusts it; what is inside the program is left out. Packs that the recipe does not
    /// use are in it too, because what it uses is only known once it ran.
    package func sourcesOnDisk(of location: RecipeLocation) throws(RecipeError) -> [(
        subject: String, hash: ContentHash
    )] {
        var found: [(String, ContentHash)] = []
        if !location.isEmbedded {
            found.append((location.displayName, try source(at: location).hash))
        }
        for name in packs.names {
            // A pack that cannot be read cannot run either; if the recipe uses it, loading says what is wrong.
            guard let pack = try? packs.pack(name), !pack.location.isEmbedded else { continue }
            found.append(("plugins/\(name)", pack.files.hash))
        }
        return found
    }

    /// Reads the recipe's own files.
    func source(at location: RecipeLocation) throws(RecipeError) -> PolicySource {
        let files: PackFiles
        do throws(PackError) {
            files = try read(location)
        } catch {
            throw RecipeError(error, usedBy: location.displayName, known: [])
        }
        return PolicySource(
            kind: .recipe, name: location.name, entry: location.entry,
            snapshot: SourceSnapshot(displayPrefix: location.displayPrefix, files: files),
            isEmbedded: location.isEmbedded, options: .map([:]), limits: PackLimits())
    }

    private func read(_ location: RecipeLocation) throws(PackError) -> PackFiles {
        switch location.folder {
        case .embedded(let path):
            let files = builtIn.files(below: path)
            guard location.isSharedFolder else { return PackFiles(files) }
            return PackFiles(
                files.filter { $0.path == location.entry || $0.path.hasPrefix("lib/") || $0.path.hasPrefix("prompts/") }
            )
        case .folder(let path):
            guard location.isSharedFolder else { return try PackFiles.read(path: path) }
            var files = try PackFiles.read(path: "\(path)/\(location.entry)").files
            for name in ["lib", "prompts"] where FileManager.default.fileExists(atPath: "\(path)/\(name)") {
                files += try PackFiles.read(path: "\(path)/\(name)").files
                    .map { PackFile(path: "\(name)/\($0.path)", isExecutable: $0.isExecutable, bytes: $0.bytes) }
            }
            return PackFiles(files)
        }
    }

    /// The packs in the order in which they are asked, the built-in `default` last.
    func packSources(_ uses: [PackUse], for recipe: PolicySource) throws(RecipeError) -> [PolicySource] {
        var sources: [PolicySource] = []
        var faults: [Diagnostic] = []
        for use in uses + [PackUse(name: "default", options: .map([:]), grant: .map([:]))] {
            // Naming the default pack only moves it forward.
            if sources.contains(where: { $0.name == use.name }) { continue }
            do throws(PackError) {
                let pack = try packs.pack(PackName(rawValue: use.name))
                let (options, wrong) = self.options(of: pack, use)
                faults += wrong.map { recipe.diagnostic("use", $0) }
                sources.append(source(of: pack, options: options))
            } catch {
                throw RecipeError(error, usedBy: recipe.place(of: "use"), known: packs.names)
            }
        }
        guard faults.isEmpty else { throw .faults(faults) }
        return sources
    }

    private func source(of pack: Pack, options: Value) -> PolicySource {
        let prefix =
            switch pack.location {
            case .folder(let path): display(path)
            case .embedded(let path): path
            }
        return PolicySource(
            kind: .pack, name: pack.manifest.name.rawValue, entry: "policy.lua",
            snapshot: SourceSnapshot(displayPrefix: "\(prefix)/", files: pack.files),
            isEmbedded: pack.location.isEmbedded, options: options, limits: pack.manifest.limits)
    }

    /// The manifest's defaults with what `use` says over them, and what is wrong with that.
    private func options(of pack: Pack, _ use: PackUse) -> (Value, faults: [String]) {
        let known = pack.manifest.options
        var values = Dictionary(known.compactMap { option in option.defaultValue.map { (option.name, $0) } }) { $1 }
        var faults: [String] = []
        for (name, value) in (use.options.mapValue ?? [:]).sorted(by: { $0.key < $1.key }) {
            guard let option = known.first(where: { $0.name == name }) else {
                let hint = Spelling.hint(for: name, among: known.map(\.name))
                faults.append("pack '\(use.name)' has no option '\(name)'\(hint)")
                continue
            }
            if option.kind.admits(value) {
                values[name] = value
            } else {
                faults.append(
                    "option '\(name)' of pack '\(use.name)' has to be of type \(option.kind.rawValue), got \(value.typeName)"
                )
            }
        }
        return (.map(values), faults)
    }

    /// The folders and files that the recipe and its packs were or could be read from.
    func watch(_ location: RecipeLocation, packs names: [String]) -> SourceWatch {
        SourceWatch(paths: location.watchedPaths + (root.map { root in names.map { "\(root)/plugins/\($0)" } } ?? []))
    }
}

extension RecipeError {
    init(_ error: PackError, usedBy user: String, known: [PackName]) {
        switch error {
        case .faults(let faults): self = .faults(faults)
        case .notFound(let name, _, _):
            self = .packNotFound(name: name.rawValue, usedBy: user, known: known.map(\.rawValue))
        case .badName: self = .faults([Diagnostic(file: user, message: error.description)])
        case .cannotRead(let path, let cause): self = .cannotRead(path: path, cause: cause)
        case .refused(let path, let cause): self = .cannotRead(path: path, cause: cause)
        }
    }
}
