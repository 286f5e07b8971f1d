import Foundation

/// The default pack as it lies in the source, by paths inside it.
func packFiles() throws -> [(path: String, text: String)] {
    let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent().appending(path: "plugins/default").resolvingSymlinksInPath().path
    var files: [(path: String, text: String)] = []
    for path in try FileManager.default.subpathsOfDirectory(atPath: root) {
        var isFolder: ObjCBool = false
        guard FileManager.default.fileExists(atPath: "\(root)/\(path)", isDirectory: &isFolder), !isFolder.boolValue
        else { continue }
        files.append((path, try String(contentsOfFile: "\(root)/\(path)", encoding: .utf8)))
    }
    return files
}
