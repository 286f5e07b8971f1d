import Foundation
import MoonshiftTestSupport
import Packs
import Plans
import PolicyContract
import Testing
import Vocabulary

@testable import Recipes

@Suite struct StandardLibraryTests {
    /// The root of the source tree.
    private let root = URL(fileURLWithPath: #filePath).resolvingSymlinksInPath()
        .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()

    @Test func everyFileIsInTheProgramByteForByte() throws {
        var found = 0
        for folder in ["recipes", "plugins"] {
            let url = root.appendingPathComponent(folder)
            for case let path as String in try #require(FileManager.default.enumerator(atPath: url.path)) {
                var isFolder: ObjCBool = false
                _ = FileManager.default.fileExists(atPath: "\(url.path)/\(path)", isDirectory: &isFolder)
                if isFolder.boolValue { continue }
                let embedded = try #require(
                    BuiltInLibrary.standard.files.first { $0.path == "\(folder)/\(path)" }, "\(path) is missing")
                #expect(try Data(contentsOf: url.appendingPathComponent(path)) == Data(embedded.bytes), "\(path)")
                found += 1
            }
        }
        #expect(found == BuiltInLibrary.standard.files.count && found > 30)
    }
}
