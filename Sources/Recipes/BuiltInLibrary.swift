package import Packs

/// The recipes and packs inside the program.
package struct BuiltInLibrary: Sendable {
    /// By path in the source tree, such as `plugins/default/policy.lua`.
    package let files: [EmbeddedFile]

    package init(files: [EmbeddedFile]) {
        self.files = files
    }

    /// What was compiled in from `recipes/` and `plugins/`.
    package static let standard = BuiltInLibrary(
        files: StandardLibrary.files.map { EmbeddedFile(path: $0.path, bytes: Array($0.text.utf8)) })

    /// The files below a folder, by their path in it.
    func files(below folder: String) -> [PackFile] {
        files.filter { $0.path.hasPrefix("\(folder)/") }
            .map { PackFile(path: String($0.path.dropFirst(folder.count + 1)), bytes: $0.bytes) }
    }
}
