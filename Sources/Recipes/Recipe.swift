import Packs
import Vocabulary

/// A recipe with the packs that it uses: read, loaded once and found sound.
package struct Recipe: Sendable {
    package let location: RecipeLocation
    package let summary: String?
    /// Built-in values, then the packs', then the recipe's; environment and command line come on top.
    package var settings: RecipeSettings
    /// The recipe, then the packs in the order in which they are asked.
    package let sources: [PolicySource]
    /// Of the recipe and all packs: changes with every edit.
    package let digest: String
    /// For each policy the sources that have it, in the order in which they are asked.
    package let origins: [String: [String]]
    let lanes: [PolicyLane]
    let watch: SourceWatch

    package var name: String { location.name }
}

extension RecipeLoader {
    /// Finds, as ``locate(_:)`` does, reads and loads a recipe and its packs. Their top-level code runs, in the sandbox; no
    /// policy is called. `notice` gets what scripts say with `host.log`.
    ///
    /// - Returns: The recipe, ready for ``RecipeHost``.
    /// - Throws: ``RecipeError``; faults name every file and line that is wrong in the first source that has any.
    package func load(
        _ asked: String? = nil, notice: @escaping @Sendable (RecipeNotice) -> Void = { _ in }
    ) throws(RecipeError) -> Recipe {
        try load(at: locate(asked), notice: notice)
    }

    /// As ``load(_:notice:)``, for a recipe that was found before.
    package func load(
        at location: RecipeLocation, notice: @escaping @Sendable (RecipeNotice) -> Void = { _ in }
    ) throws(RecipeError) -> Recipe {
        let source = try source(at: location)
        try checkTrust(source)
        let recipe = try PolicyLane(source: source, notice: notice)
        let packs = try packSources(recipe.table.use, for: recipe.source)
        var lanes = [recipe]
        for pack in packs {
            try checkTrust(pack)
            lanes.append(try PolicyLane(source: pack, notice: notice))
        }
        let sources = [recipe.source] + packs
        return Recipe(
            location: location, summary: recipe.table.summary, settings: try settings(of: lanes), sources: sources,
            digest: Self.digest(of: sources), origins: Self.origins(lanes), lanes: lanes,
            watch: watch(location, packs: packs.map(\.name)))
    }

    private func settings(of lanes: [PolicyLane]) throws(RecipeError) -> RecipeSettings {
        var settings = RecipeSettings()
        var faults: [Diagnostic] = []
        for lane in lanes.reversed() {
            let source = lane.source
            let origin: SettingOrigin = source.kind == .recipe ? .recipe(source.name) : .pack(source.name)
            for fault in settings.apply(lane.table.settings, origin: origin) {
                // `settings.max_cost` stands in the line of `max_cost`.
                let name = fault.path.split(separator: ".").last.map { $0.prefix { $0 != "[" } }
                faults.append(source.diagnostic(name.map(String.init), fault.text))
            }
        }
        guard faults.isEmpty else { throw .faults(faults) }
        return settings
    }

    /// The hash of the sources' hashes, in their order.
    private static func digest(of sources: [PolicySource]) -> String {
        ContentHash(
            of: sources.enumerated().map { index, source in
                PackFile(path: "\(index) \(source.title)", bytes: Array("\(source.hash)\(source.options.json)".utf8))
            }
        ).rawValue
    }

    private static func origins(_ lanes: [PolicyLane]) -> [String: [String]] {
        var origins: [String: [String]] = [:]
        for lane in lanes {
            for policy in lane.table.policies { origins[policy, default: []].append(lane.source.title) }
            for name in lane.table.toolchains.keys {
                origins["toolchain \(name)", default: []].append(lane.source.title)
            }
        }
        return origins
    }
}
