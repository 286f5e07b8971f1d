import Foundation

/// Writes one Swift file that holds the text files below some folders: `StandardLibraryEmbedder OUTPUT ROOT FOLDER…`.
///
/// It walks the folders itself, so that a file which is newer than the build plan is not left out. The file
/// `OUTPUT.last-run` is an input of the build step that each run changes, so that the step is never taken for up to date.
@main
struct StandardLibraryEmbedder {
    static func main() {
        do {
            try embed(CommandLine.arguments.dropFirst())
        } catch {
            FileHandle.standardError.write(Data("\(error)\n".utf8))
            exit(1)
        }
    }

    private static func embed(_ arguments: ArraySlice<String>) throws {
        guard arguments.count >= 3, let output = arguments.first else {
            throw EmbeddingError(text: "usage: StandardLibraryEmbedder OUTPUT ROOT FOLDER…")
        }
        let root = URL(filePath: arguments[arguments.startIndex + 1], directoryHint: .isDirectory)
        try UUID().uuidString.write(toFile: "\(output).last-run", atomically: true, encoding: .utf8)
        var source = header
        for path in try arguments.dropFirst(2).flatMap({ try textFiles(below: $0, root: root) }).sorted() {
            let text = try text(at: path, root: root)
            source += "        (\n            \"\(path)\",\n\(literal(text))\n        ),\n"
        }
        source += footer
        // An unchanged file keeps its date, so that nothing is compiled again for it.
        if let written = try? String(contentsOfFile: output, encoding: .utf8), written == source { return }
        try source.write(toFile: output, atomically: true, encoding: .utf8)
    }

    private static let header = """
        // Made by StandardLibraryEmbedder from the folders recipes/ and plugins/.

        /// The recipes and packs that come with the program.
        enum StandardLibrary {
            /// Path, such as `plugins/default/policy.lua`, and content.
            static let files: [(path: String, text: String)] = [

        """

    private static let footer = """
            ]
        }

        """

    /// The paths of all files below a folder, relative to the root; names that start with a dot are left out.
    private static func textFiles(below folder: String, root: URL) throws -> [String] {
        let manager = FileManager.default
        var found: [String] = []
        for name in try manager.contentsOfDirectory(atPath: root.appending(path: folder).path()).sorted() {
            guard !name.hasPrefix(".") else { continue }
            let path = "\(folder)/\(name)"
            var isFolder: ObjCBool = false
            _ = manager.fileExists(atPath: root.appending(path: path).path(), isDirectory: &isFolder)
            found += isFolder.boolValue ? try textFiles(below: path, root: root) : [path]
        }
        return found
    }

    /// - Throws: ``EmbeddingError`` for what a multi-line literal would change, such as a carriage return.
    private static func text(at path: String, root: URL) throws -> String {
        let bytes = try Data(contentsOf: root.appending(path: path))
        guard let text = String(validating: bytes, as: UTF8.self) else {
            throw EmbeddingError(text: "\(path): error: not UTF-8; only text can be embedded")
        }
        let isPlain = text.unicodeScalars.allSatisfy {
            $0.value >= 0x20 && $0.value != 0x7F || $0 == "\n" || $0 == "\t"
        }
        guard isPlain else {
            throw EmbeddingError(text: "\(path): error: holds control characters; use line feeds and tabs only")
        }
        return text
    }

    /// A raw multi-line literal, which the compiler takes over as it stands; with more `#` than the text has in a row.
    private static func literal(_ text: String) -> String {
        var longest = 0
        var current = 0
        for byte in text.utf8 {
            current = byte == UInt8(ascii: "#") ? current + 1 : 0
            longest = max(longest, current)
        }
        let marks = String(repeating: "#", count: longest + 1)
        return "\(marks)\"\"\"\n\(text)\n\"\"\"\(marks)"
    }
}

/// Why nothing was written.
private struct EmbeddingError: Error, CustomStringConvertible {
    let text: String

    var description: String { text }
}
