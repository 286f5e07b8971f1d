/// Something that whoever runs a recipe should hear, and that does not stop the run.
package struct RecipeNotice: Sendable, Equatable, CustomStringConvertible {
    package enum Level: String, Sendable {
        case info, warning
    }

    package let level: Level
    /// Where, as `recipes/mine.lua:3`, if that is known, and what.
    package let message: String

    package init(_ level: Level, _ message: String) {
        self.level = level
        self.message = message
    }

    package var description: String { "\(level.rawValue): \(message)" }
}
