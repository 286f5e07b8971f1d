import Foundation
import MoonshiftTestSupport

/// What this machine can run.
enum Interpreter {
    static let hasLua = succeeds(["lua5.4", "-v"])
    static let hasPytest = succeeds(["python3", "-m", "pytest", "--version"])

    private static func succeeds(_ arguments: [String]) -> Bool {
        let process = Process()
        process.executableURL = URL(filePath: "/usr/bin/env")
        process.arguments = arguments
        process.environment = ProcessProbe.inheritedEnvironment
        process.standardOutput = FileHandle.nullDevice
        process.standardError = FileHandle.nullDevice
        guard (try? process.run()) != nil else { return false }
        process.waitUntilExit()
        return process.terminationStatus == 0
    }
}
