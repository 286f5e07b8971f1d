package import Vocabulary

/// Why a pack cannot be used.
package enum PackError: CustomStringConvertible, Equatable, Error {
    /// Its manifest is faulty: everything that is wrong, in the order of the lines.
    case faults([Diagnostic])
    /// There is no such pack; `guess` is a known one that is spelt alike.
    case notFound(name: PackName, searched: [String], guess: PackName?)
    /// The name is none that a pack can have.
    case badName(String)
    /// A file or folder could not be read; `cause` says why in words.
    case cannotRead(path: String, cause: String)
    /// There is something that a pack must not hold; `cause` says what.
    case refused(path: String, cause: String)

    package var description: String {
        switch self {
        case .faults(let diagnostics):
            diagnostics.map(\.description).joined(separator: "\n")
        case .notFound(let name, let searched, let guess):
            """
            no pack `\(name)`\(guess.map { ", did you mean `\($0)`?" } ?? "") \
            (looked in \(searched.joined(separator: ", ")) and in what is built in)
            """
        case .badName(let text):
            "`\(text)` is no name of a pack: write `pack` or `owner/pack` in lower-case letters, digits, `-` and `_`"
        case .cannotRead(let path, let cause):
            "cannot read \(path): \(cause)"
        case .refused(let path, let cause):
            "\(path) cannot be part of a pack: \(cause)"
        }
    }
}
