import Foundation
import PackagePlugin

/// Compiles the files of `recipes/` and `plugins/` into the target that uses it, as the type `StandardLibrary`.
///
/// The command runs in every build and leaves its output alone when nothing changed.
@main
struct EmbedStandardLibrary: BuildToolPlugin {
    func createBuildCommands(context: PluginContext, target: any Target) throws -> [Command] {
        let root = context.package.directoryURL
        let output = context.pluginWorkDirectoryURL.appending(path: "StandardLibrary.swift")
        // The command changes this input of its own, so that it runs in every build: a build plan that was kept does not know
        // the files that were added since.
        let stamp = context.pluginWorkDirectoryURL.appending(path: "StandardLibrary.swift.last-run")
        if !FileManager.default.fileExists(atPath: stamp.path()) { try Data().write(to: stamp) }
        let folders = ["recipes", "plugins"].map { root.appending(path: $0).resolvingSymlinksInPath() }
        return [
            .buildCommand(
                displayName: "Embedding recipes and plugins",
                executable: try context.tool(named: "StandardLibraryEmbedder").url,
                arguments: [output.path(), root.path()] + folders.map(\.lastPathComponent),
                inputFiles: [stamp] + folders.flatMap { [$0] + contents(of: $0) },
                outputFiles: [output])
        ]
    }

    /// Everything below a folder, sorted, folders too.
    private func contents(of folder: URL) -> [URL] {
        let files = FileManager.default.enumerator(at: folder, includingPropertiesForKeys: nil)
        return (files?.compactMap { $0 as? URL } ?? []).sorted { $0.path() < $1.path() }
    }
}
