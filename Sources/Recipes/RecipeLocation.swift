import Packs

/// Where a recipe was found.
package struct RecipeLocation: Sendable, Equatable {
    /// The name under which it can be asked for.
    package let name: String
    /// The folder that `require` and templates look into; absolute, or inside the program.
    let folder: PackLocation
    /// The file that returns the table, in that folder.
    let entry: String
    /// What messages put before a path in the folder.
    let displayPrefix: String
    /// Whether the folder holds more than this recipe, so that only `lib/` and `prompts/` belong to it.
    let isSharedFolder: Bool

    /// What messages call the recipe's file.
    package var displayName: String { displayPrefix + entry }

    /// Whether it came with the program; what is on disk must be trusted by the user first.
    package var isEmbedded: Bool { folder.isEmbedded }

    /// Files and folders that belong to it, absolute; empty for what is inside the program.
    var watchedPaths: [String] {
        guard case .folder(let path) = folder else { return [] }
        return isSharedFolder ? [entry, "lib", "prompts"].map { "\(path)/\($0)" } : [path]
    }
}
