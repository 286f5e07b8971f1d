import Foundation
import Packs
import Plans
import Recipes
import Vocabulary

/// A recipe found, trusted and loaded, with the settings that environment and command line put over its own.
struct RecipeSetup {
    let loader: RecipeLoader
    let recipe: Recipe
    let settings: RecipeSettings

    /// `asked` is the recipe's name or path, nil for the standard one; `notice` gets what scripts say while they are loaded.
    ///
    /// - Throws: ``RecipeError``, ``TrustError``, or a ``CommandFailure`` for a setting of the wrong shape.
    init(
        _ asked: String?, home: RecipeHome, overrides: [(SettingKey, String, flag: String)],
        context: CommandContext, notice: @escaping @Sendable (RecipeNotice) -> Void
    ) throws {
        loader = try Self.loader(home: home, context: context)
        recipe = try loader.load(asked, notice: notice)
        var settings = recipe.settings
        do {
            for key in SettingKey.allCases {
                let name = "MOONSHIFT_\(key.rawValue.uppercased())"
                if let text = context.variable(name) { try settings.set(key, text: text, origin: .environment(name)) }
            }
            for (key, text, flag) in overrides { try settings.set(key, text: text, origin: .commandLine(flag)) }
        } catch {
            throw CommandFailure(.usage, "\(error.path): \(error.message)")
        }
        self.settings = settings
    }

    /// Finds recipes, asking the user's own list whether what is on disk may run.
    ///
    /// A copy of what is inside the program runs without being asked for.
    static func loader(home: RecipeHome, context: CommandContext) throws -> RecipeLoader {
        let trust = ContentTrust(home: home, context: context)
        return RecipeLoader(root: home.root, directory: context.directory) { trust.allows($0) }
    }
}
