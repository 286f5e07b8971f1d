/// One file of a pack or recipe, in memory.
package struct PackFile: Equatable, Sendable {
    /// Relative to the pack's folder, with `/`.
    package let path: String
    package let isExecutable: Bool
    package let bytes: [UInt8]

    package init(path: String, isExecutable: Bool = false, bytes: [UInt8]) {
        self.path = path
        self.isExecutable = isExecutable
        self.bytes = bytes
    }
}

/// A file that was built into the program, under its path in the source tree, such as `plugins/default/pack.yaml`.
package struct EmbeddedFile: Equatable, Sendable {
    package let path: String
    package let bytes: [UInt8]

    package init(path: String, bytes: [UInt8]) {
        self.path = path
        self.bytes = bytes
    }
}

/// All files of a pack or recipe as they were at one moment, with their hash.
///
/// What is run must come from here: files read again later may not be those that the user trusted.
package struct PackFiles: Equatable, Sendable {
    /// Sorted by the bytes of their paths.
    package let files: [PackFile]
    package let hash: ContentHash

    /// - Parameter files: In any order; their paths differ.
    package init(_ files: [PackFile]) {
        self.files = files.sorted { $0.path.utf8.lexicographicallyPrecedes($1.path.utf8) }
        hash = ContentHash(of: files)
    }

    /// The content of one file; nil when there is none of that path.
    package func bytes(of path: String) -> [UInt8]? {
        files.first { $0.path == path }?.bytes
    }
}
