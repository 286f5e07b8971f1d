/// The rules for a path inside a tree.
package enum TreePath {
    /// Splits a path after checking it.
    ///
    /// Refused: empty and absolute paths, empty, `.` and `..` components, NUL bytes, components longer than 255 bytes,
    /// and every spelling of `.git` that some file system takes for it, so that no checkout of the result can hurt.
    ///
    /// - Throws: ``RepositoryError/invalidPath(path:reason:)``.
    package static func components(of path: String) throws(RepositoryError) -> [String] {
        guard !path.isEmpty else { throw .invalidPath(path: path, reason: "it is empty") }
        guard path.utf8.first != UInt8(ascii: "/") else { throw .invalidPath(path: path, reason: "it is absolute") }
        guard !path.utf8.contains(0) else { throw .invalidPath(path: path, reason: "it contains a NUL byte") }
        guard path.utf8.count <= 4096 else { throw .invalidPath(path: path, reason: "it is longer than 4096 bytes") }
        let components = path.split(separator: "/", omittingEmptySubsequences: false).map(String.init)
        for component in components {
            if let reason = fault(of: component) {
                throw .invalidPath(path: path, reason: reason)
            }
        }
        return components
    }

    private static func fault(of component: String) -> String? {
        if component.isEmpty { return "it has an empty component" }
        if component == "." || component == ".." { return "it has the component `\(component)`" }
        if component.utf8.count > 255 { return "a component is longer than 255 bytes" }
        return isGitFolder(component) ? "`\(component)` is git's own" : nil
    }

    /// Whether some file system opens `.git` under this name: NTFS ignores case, trailing dots and spaces, streams, and
    /// knows `git~1`; HFS+ ignores some invisible characters.
    static func isGitFolder(_ component: String) -> Bool {
        let first = component.utf8.first.map({ $0 | 0x20 })
        guard first == UInt8(ascii: ".") || first == UInt8(ascii: "g") || component.utf8.contains(where: { $0 >= 0x80 })
        else { return false }
        var name = String(component.unicodeScalars.filter { !isIgnorable($0) }).lowercased()
        if let stream = name.firstIndex(where: { $0 == ":" || $0 == "\\" }) {
            name = String(name[..<stream])
        }
        while let last = name.last, last == "." || last == " " {
            name.removeLast()
        }
        return name == ".git" || name == "git~1"
    }

    private static func isIgnorable(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.value {
        case 0x200C...0x200F, 0x202A...0x202E, 0x206A...0x206F, 0xFEFF: true
        default: false
        }
    }
}
