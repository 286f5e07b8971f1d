import CommandRunner
import Engine
import Foundation
import Ledger
import Metering
import Packs
import Plans
import PolicyContract
import Recipes
import WebServer
import Workspaces

/// An error as the user reads it, with the exit code that it means.
struct FailureText {
    let status: ExitStatus
    let text: String

    /// The first line, for a list or a report.
    var line: String {
        text.prefix { !$0.isNewline }.description
    }

    init(_ error: any Error) {
        text = Self.text(of: error)
        status =
            switch error {
            case let failure as CommandFailure: failure.status
            case is PlanError, is RecipeError, is PreparationError, is PolicyError, is ResumeError, is RepositoryError,
                is TrustError, is PackError, is PriceError:
                .badInput
            case is SandboxError, is WebServerError, is WorktreeError, is CommandError: .unavailable
            case LedgerError.full, LedgerError.cannotWrite: .stopped
            case is LedgerError: .unavailable
            case is CancellationError: .stopped
            default: .failed
            }
    }

    /// The error's own description; of the file system's errors, the file and what the system said.
    private static func text(of error: any Error) -> String {
        guard let error = error as? CocoaError else { return String(describing: error) }
        return [error.filePath, error.reason].compactMap(\.self).joined(separator: ": ")
    }
}

extension Error {
    /// What the operating system said, such as `read-only file system`, without the words that a library put around it.
    var reason: String {
        let underlying = (self as NSError).userInfo[NSUnderlyingErrorKey].flatMap { $0 as? any Error } as NSError?
        guard let underlying, underlying.domain == NSPOSIXErrorDomain else { return localizedDescription }
        return String(cString: strerror(Int32(underlying.code))).lowercased()
    }
}
