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

/// Looks again and again, without a promise of how often; the test's time limit ends it.
package func eventually(_ condition: () -> Bool) async {
    while !condition(), !Task.isCancelled { await Task.yield() }
}
