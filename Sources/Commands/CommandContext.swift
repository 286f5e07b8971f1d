import Foundation
import Synchronization

/// Where a command reads and writes: the real process, or a test's stand-in.
struct CommandContext: Sendable {
    /// Writes to standard output; the result and nothing else.
    var output: @Sendable (String) -> Void
    /// Writes a line to standard error: progress and errors.
    var progress: @Sendable (String) -> Void
    var environment: [String: String]
    var directory: String

    /// The process's own streams and environment.
    static var process: CommandContext {
        CommandContext(
            output: { StandardStreams.write($0, to: STDOUT_FILENO) },
            progress: { StandardStreams.write($0 + "\n", to: STDERR_FILENO) },
            environment: ProcessInfo.processInfo.environment,
            directory: FileManager.default.currentDirectoryPath)
    }

    /// The value of an environment variable; nil when it is unset or empty.
    func variable(_ name: String) -> String? {
        environment[name].flatMap { $0.isEmpty ? nil : $0 }
    }

    /// A path of the user's as an absolute one.
    func absolute(_ path: String) -> String {
        let full = path.hasPrefix("/") ? path : "\(directory)/\(path)"
        return URL(fileURLWithPath: full).standardizedFileURL.path
    }
}

/// Unbuffered writing to the process's streams; a closed pipe ends the writing quietly.
private enum StandardStreams {
    private static let lock = Mutex(())

    static func write(_ text: String, to descriptor: Int32) {
        lock.withLock { _ in
            var rest = Array(text.utf8)[...]
            while !rest.isEmpty {
                let written = rest.withUnsafeBytes { Foundation.write(descriptor, $0.baseAddress, $0.count) }
                if written < 0, errno == EINTR { continue }
                guard written > 0 else { return }
                rest = rest.dropFirst(written)
            }
        }
    }
}
