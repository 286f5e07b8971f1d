import ArgumentParser
import Foundation
import Packs
import Recipes
import Vocabulary

extension Moonshift {
    struct Trust: ContextCommand {
        static let configuration = CommandConfiguration(
            abstract: "Allows recipes and packs of this repository or folder to run, by their content.",
            discussion: """
                Lua of a repository runs only after you said once that you trust it, and again after it was changed. \
                Copies of the built-in recipes and packs need no word. Read what is listed as new first.
                """)

        @Argument(help: "The recipe's name or path, or a pack as plugins/NAME; without it the standard recipe.")
        var recipe: String?

        @Option(help: ArgumentHelp("The repository, or any folder with recipes.", valueName: "dir"))
        var repo = "."

        @Flag(help: "Only show what is there and whether it may run; change nothing.")
        var list = false

        /// A recipe or pack on disk that would run.
        private typealias Subject = (name: String, hash: ContentHash, standing: ContentTrust.Standing)

        func run(in context: CommandContext) async throws {
            let directory = context.absolute(repo)
            guard FileManager.default.fileExists(atPath: directory) else {
                throw CommandFailure(.usage, "there is no folder \(repo)")
            }
            let home = RecipeHome(around: directory)
            let trust = ContentTrust(home: home, context: context)
            let loader = try RecipeSetup.loader(home: home, context: context)
            let subjects = try subjects(of: loader, trust)
            guard !subjects.isEmpty else {
                return context.output("nothing from this folder would run: the recipe and its packs are built in\n")
            }
            for subject in subjects {
                let word = Self.word(for: subject.standing, isListing: list)
                if !list, subject.standing == .new {
                    try trust.store.trust(subject.hash, subject: subject.name, repository: trust.place)
                }
                context.output("\(word.padded(to: 9)) \(subject.hash.rawValue.prefix(16))  \(subject.name)\n")
            }
            let waiting = subjects.count { $0.standing == .new }
            if list, waiting > 0 {
                context.progress("\(waiting) may not run yet: read them, then run `moonshift trust` without --list")
            }
        }

        private func subjects(of loader: RecipeLoader, _ trust: ContentTrust) throws -> [Subject] {
            let pack = try packNamed(in: loader)
            let location = try loader.locate(pack == nil ? recipe : nil)
            return try loader.sourcesOnDisk(of: location)
                .filter { source in pack.map { $0 == source.subject } ?? true }
                .map { ($0.subject, $0.hash, try trust.standing(of: $0.hash)) }
        }

        /// The pack that the argument names, if it names one: `plugins/acme`, or a file in it that is no recipe.
        private func packNamed(in loader: RecipeLoader) throws -> String? {
            guard let recipe, recipe.hasPrefix("plugins/"), !recipe.contains("/recipes/") else { return nil }
            let known = try loader.sourcesOnDisk(of: loader.locate()).map(\.subject)
            return known.first { recipe == $0 || recipe.hasPrefix("\($0)/") }
        }

        private static func word(for standing: ContentTrust.Standing, isListing: Bool) -> String {
            switch standing {
            case .new: isListing ? "new" : "trusted"
            case .trusted: isListing ? "trusted" : "known"
            case .builtIn: "built in"
            }
        }
    }
}
