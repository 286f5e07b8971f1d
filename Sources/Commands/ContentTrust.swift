import Packs
import Recipes

/// Whether recipes and packs on disk may run: by the user's own list, or because the program holds the same.
struct ContentTrust: Sendable {
    enum Standing: String {
        /// Unchanged copies of what is inside the program.
        case builtIn = "built in"
        case trusted
        case new
    }

    /// The user's own list; without a home folder there is none, and only what the program holds itself may run.
    private let list: Result<TrustStore, TrustError>
    /// As the list of trusted content calls it.
    let place: String

    init(home: RecipeHome, context: CommandContext) {
        list = Result { () throws(TrustError) in try TrustStore.standard(environment: context.environment) }
        place = home.trustPlace
    }

    /// - Throws: ``TrustError/noHome``.
    var store: TrustStore {
        get throws(TrustError) { try list.get() }
    }

    /// - Throws: ``TrustError`` when the user's list cannot be read.
    func standing(of hash: ContentHash) throws(TrustError) -> Standing {
        if BuiltInLibrary.standardHashes.contains(hash) { return .builtIn }
        return try store.isTrusted(hash, repository: place) ? .trusted : .new
    }

    /// Whether it may run; a list that cannot be read trusts nothing.
    func allows(_ hash: ContentHash) -> Bool {
        (try? standing(of: hash)).map { $0 != .new } ?? false
    }
}

extension BuiltInLibrary {
    /// What is inside this program; made once, because each decision to run something asks.
    static let standardHashes = standard.contentHashes

    /// The content of each recipe and each pack, as it would be hashed on disk.
    var contentHashes: Set<ContentHash> {
        var hashes: Set<ContentHash> = []
        for file in files {
            let parts = file.path.split(separator: "/").map(String.init)
            let folder = parts.dropLast().joined(separator: "/")
            switch (parts.last ?? "", parts.dropLast().last ?? "") {
            case ("pack.yaml", _), ("recipe.lua", _):
                hashes.insert(ContentHash(of: content(of: folder)))
            case (let name, "recipes") where name.hasSuffix(".lua"):
                let own = content(of: folder)
                    .filter { $0.path == name || $0.path.hasPrefix("lib/") || $0.path.hasPrefix("prompts/") }
                hashes.insert(ContentHash(of: own))
            default: break
            }
        }
        return hashes
    }

    private func content(of folder: String) -> [PackFile] {
        files.filter { $0.path.hasPrefix("\(folder)/") }
            .map { PackFile(path: String($0.path.dropFirst(folder.count + 1)), bytes: $0.bytes) }
    }
}
