package import Vocabulary

/// One call of `host.log`.
package struct LuaLogEntry: Sendable, Hashable {
    package enum Level: String, Sendable, Hashable, CaseIterable {
        case debug, info, warning, error
    }

    package var level: Level
    package var message: String
    /// What the script adds: `host.log{ "text", level = "debug", feature = id }` has `feature`.
    package var fields: [String: Value]
    package var file: String?
    package var line: Int?

    package init(
        level: Level, message: String, fields: [String: Value] = [:], file: String? = nil, line: Int? = nil
    ) {
        self.level = level
        self.message = message
        self.fields = fields
        self.file = file
        self.line = line
    }
}
