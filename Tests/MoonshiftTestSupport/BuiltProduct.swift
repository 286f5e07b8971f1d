import Foundation

/// The programs that the package built, as they lie beside the test bundle.
package enum BuiltProduct {
    package struct NotBuilt: Error, CustomStringConvertible {
        package let path: String

        package var description: String {
            "no program at \(path): run `swift build` first, and let the test target depend on the executable target"
        }
    }

    /// The absolute path of a built executable, such as `moonshift`.
    /// - Throws: ``NotBuilt`` when there is no such program.
    package static func path(_ name: String) throws -> String {
        let path = "\(folder)/\(name)"
        guard FileManager.default.isExecutableFile(atPath: path) else { throw NotBuilt(path: path) }
        return path
    }

    private static var folder: String {
        // The test bundle is a plain executable here; `/proc` names it also when it was started through PATH.
        let running = try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe")
        return URL(fileURLWithPath: running ?? CommandLine.arguments[0]).deletingLastPathComponent().path
    }
}
