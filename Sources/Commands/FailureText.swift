import CommandRunner
import Engine
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

    init(_ error: any Error) {
        text = String(describing: error)
        status =
            switch error {
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
}
