/// A pack that was found and whose manifest is sound.
package struct Pack: Equatable, Sendable {
    package let manifest: PackManifest
    package let location: PackLocation
    package let files: PackFiles
}

/// Where a pack was found.
package enum PackLocation: CustomStringConvertible, Equatable, Sendable {
    /// A folder on disk, absolute.
    case folder(String)
    /// Built into the program, below this path.
    case embedded(String)

    package var description: String {
        switch self {
        case .folder(let path): path
        case .embedded(let path): "built in \(path)"
        }
    }

    /// Whether it came with the program; what is on disk must be trusted by the user first.
    package var isEmbedded: Bool {
        if case .embedded = self { true } else { false }
    }
}
