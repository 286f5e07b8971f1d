import Vocabulary

/// The rules for a path that a plan names.
package enum RepositoryPath {
    package enum Verdict: Equatable, Sendable {
        /// The path without `.` parts and doubled slashes.
        case good(String)
        /// What is wrong with it, to stand behind the field's name.
        case bad(String)
    }

    /// Whether features may name the path; relative to the repository's root.
    package static func check(_ path: String) -> Verdict {
        if path.hasPrefix("/") || path.hasPrefix("~") {
            return .bad("must be relative to the repository's root, not absolute")
        }
        if path.contains("\\") { return .bad("must use / between folders, not \\") }
        if let scalar = path.unicodeScalars.first(where: \.isUnseen) {
            return .bad("must not hold \(scalar.codePoint), which cannot be seen")
        }
        if path.hasSuffix("/") { return .bad("must name a file, not a folder") }
        let parts = path.split(separator: "/").filter { $0 != "." }
        if parts.isEmpty { return .bad("must name a file") }
        if parts.contains("..") { return .bad("must stay inside the repository, without ..") }
        if parts.contains(where: isGitFolder) { return .bad("must not lead into .git") }
        if parts.contains(where: { $0.utf8.count > 255 }) || path.utf8.count > 4096 { return .bad("is too long") }
        return .good(parts.joined(separator: "/"))
    }

    /// Also the spellings that other file systems take for `.git`.
    private static func isGitFolder(_ part: Substring) -> Bool {
        var name = part.lowercased()[...]
        while let last = name.last, last == "." || last == " " { name.removeLast() }
        return name == ".git" || name == "git~1"
    }
}
