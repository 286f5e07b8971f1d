package import Vocabulary

/// Why a recipe or a pack that it uses cannot be run.
package enum RecipeError: Error, CustomStringConvertible, Equatable, Sendable {
    /// No recipe of that name or path; `known` are the names that exist.
    case notFound(name: String, known: [String])
    /// A pack that `use` names does not exist; `known` are the names that exist.
    case packNotFound(name: String, usedBy: String, known: [String])
    /// A file could not be read; `cause` says why in words.
    case cannotRead(path: String, cause: String)
    /// The user has not said yet that this may run.
    case notTrusted(subject: String, hash: String)
    /// Faults in files that a user wrote, all of them.
    case faults([Diagnostic])

    package var description: String {
        switch self {
        case .notFound(let name, let known):
            "no recipe '\(name)': \(Self.list(known, of: "recipe")). A path such as recipes/mine.lua works too"
        case .packNotFound(let name, let user, let known):
            """
            \(user) uses the pack '\(name)', which is not there: \(Self.list(known, of: "pack")). \
            Add it with `moonshift pack add`
            """
        case .cannotRead(let path, let cause):
            "cannot read \(path): \(cause)"
        case .notTrusted(let subject, _):
            """
            \(subject) has not run here before, or was changed since: read it, then say \
            `moonshift trust \(subject)`
            """
        case .faults(let faults):
            faults.map(\.description).joined(separator: "\n")
        }
    }

    private static func list(_ known: [String], of kind: String) -> String {
        known.isEmpty ? "no \(kind)s exist" : "the \(kind)s are \(known.joined(separator: ", "))"
    }

    /// A single fault in one file.
    static func fault(_ file: String, line: Int? = nil, _ message: String) -> RecipeError {
        .faults([Diagnostic(file: file, line: line, message: message)])
    }
}
