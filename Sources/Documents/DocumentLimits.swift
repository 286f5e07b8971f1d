package import Vocabulary

/// How much of a document is read before it is refused; a file that says it twice over is a mistake or an attack.
package struct DocumentLimits: Sendable {
    package var sizeInBytes: Int
    /// Values and keys, each alias counted as often as it is used.
    package var nodes: Int
    /// Nested lists and mappings.
    package var depth: Int

    /// The defaults hold about thirty thousand features.
    package init(sizeInBytes: Int = 8 << 20, nodes: Int = 1_000_000, depth: Int = 64) {
        self.sizeInBytes = sizeInBytes
        self.nodes = nodes
        self.depth = depth
    }
}

/// A document that cannot be read at all.
package struct DocumentError: CustomStringConvertible, Equatable, Error {
    package let diagnostic: Diagnostic

    package var description: String {
        diagnostic.description
    }
}
