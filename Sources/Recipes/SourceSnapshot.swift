package import Packs

/// The text of a recipe or pack as it was at one moment, with its hash: what is run is what was hashed.
package struct SourceSnapshot: Sendable, Equatable {
    /// What messages put before a path, such as `plugins/default/`; empty for none.
    let displayPrefix: String
    package let files: PackFiles
    private let byPath: [String: [UInt8]]

    init(displayPrefix: String, files: PackFiles) {
        self.displayPrefix = displayPrefix
        self.files = files
        byPath = Dictionary(files.files.map { ($0.path, $0.bytes) }) { first, _ in first }
    }

    /// The content of a file; nil when there is none of that path.
    subscript(path: String) -> [UInt8]? {
        byPath[path]
    }

    /// What messages call a file.
    func displayName(_ path: String) -> String {
        displayPrefix + path
    }

    var paths: [String] {
        files.files.map(\.path)
    }
}
