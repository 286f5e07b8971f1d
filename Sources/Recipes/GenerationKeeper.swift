/// Keeps the newest sound version of a recipe: looks at the files between decisions, and swaps only what loads without fault.
actor GenerationKeeper {
    private var recipe: Recipe
    private var stamps: [SourceWatch.Stamp]
    private var lastLook: ContinuousClock.Instant
    private let loader: RecipeLoader?
    private let interval: Duration
    private let notice: @Sendable (RecipeNotice) -> Void

    init(
        recipe: Recipe, loader: RecipeLoader?, interval: Duration, notice: @escaping @Sendable (RecipeNotice) -> Void
    ) {
        self.recipe = recipe
        self.loader = loader
        self.interval = interval
        self.notice = notice
        stamps = recipe.watch.stamps()
        lastLook = .now
    }

    func current() -> Recipe {
        guard let loader, ContinuousClock.now - lastLook >= interval else { return recipe }
        lastLook = .now
        let seen = recipe.watch.stamps()
        guard seen != stamps else { return recipe }
        // Also after a broken edit: it is looked at again when it changes again.
        stamps = seen
        do throws(RecipeError) {
            let edited = try loader.load(at: recipe.location, notice: notice)
            if edited.digest != recipe.digest {
                if edited.settings != recipe.settings {
                    notice(
                        RecipeNotice(
                            .warning,
                            "\(edited.location.displayName): changed settings count from the next run or resume on"))
                }
                notice(RecipeNotice(.info, "\(edited.location.displayName) or a pack was edited; now in use"))
            }
            recipe = edited
            stamps = recipe.watch.stamps()
        } catch {
            notice(
                RecipeNotice(
                    .warning,
                    "an edit of \(recipe.location.displayName) or a pack can not be used, the last good one stays:\n\(error)"
                ))
        }
        return recipe
    }
}
