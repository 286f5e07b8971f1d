import Foundation
import Logging

/// What the process needs before a command runs.
package enum ProcessSetup {
    /// Sends log lines to standard error: warnings and worse, all of them with `--verbose`.
    ///
    /// To be called once, before anything logs.
    package static func startLogging(arguments: [String]) {
        let isVerbose = arguments.contains("--verbose") || arguments.contains("-v")
        LoggingSystem.bootstrap { label in
            var handler = StreamLogHandler.standardError(label: label)
            handler.logLevel = isVerbose ? .debug : .warning
            return handler
        }
    }

    /// Raises the soft limit of open files to the hard one: every call in flight holds a connection.
    static func raiseFileLimit() {
        var limit = rlimit()
        guard getrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit) == 0, limit.rlim_cur < limit.rlim_max
        else {
            return
        }
        limit.rlim_cur = limit.rlim_max
        setrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit)
    }
}
