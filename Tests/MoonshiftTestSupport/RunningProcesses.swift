import Foundation

/// A program argument that no other process of the machine has, to find a process by.
package func uniqueSeconds() -> String {
    "9\(UInt32.random(in: 100_000...999_999)).\(UInt32.random(in: 100_000...999_999))"
}

/// Whether a process has `text` among its arguments.
package func isRunning(_ text: String) -> Bool {
    let processes = (try? FileManager.default.contentsOfDirectory(atPath: "/proc")) ?? []
    var bytes = [UInt8](repeating: 0, count: 65_536)
    return processes.contains { process in
        guard Int(process) != nil, let file = fopen("/proc/\(process)/cmdline", "r") else { return false }
        defer { fclose(file) }
        let count = fread(&bytes, 1, bytes.count, file)
        return bytes[..<count].split(separator: 0).contains { $0.elementsEqual(text.utf8) }
    }
}

/// Looks again and again, without a promise of how often, for at most `limit`.
///
/// - Returns: Whether the condition came to hold.
@discardableResult
package func eventually(within limit: Duration = .seconds(120), _ condition: () -> Bool) async -> Bool {
    let deadline = ContinuousClock.now + limit
    while !condition() {
        if Task.isCancelled || ContinuousClock.now > deadline { return false }
        await Task.yield()
    }
    return true
}
