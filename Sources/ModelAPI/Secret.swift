/// A key or token that no description, dump or log shows.
///
/// Codable on purpose left out: a secret goes nowhere but into the header of a request.
package struct Secret: Sendable, Hashable {
    /// The bare text; read it only where it becomes a header.
    package let exposed: String

    package init(_ text: String) {
        self.exposed = text
    }

    /// `text` with every occurrence of the secret blotted out; a server may echo a key in its error message.
    package func redacting(_ text: String) -> String {
        guard exposed.utf8.count >= 4 else { return text }
        return text.split(separator: exposed, omittingEmptySubsequences: false).joined(separator: "<secret>")
    }
}

extension Secret: CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
    package var description: String { "<secret>" }
    package var debugDescription: String { "<secret>" }
    package var customMirror: Mirror { Mirror(self, children: []) }
}
