package import Vocabulary

/// Why a plan cannot be used.
package enum PlanError: CustomStringConvertible, Equatable, Error {
    /// The file could not be read at all; `cause` says why in words.
    case cannotRead(path: String, cause: String)
    /// The file was read and is faulty: every error and every warning, in the order of the lines.
    case faults([Diagnostic])

    package var description: String {
        switch self {
        case .cannotRead(let path, let cause):
            "cannot read the plan \(path): \(cause)"
        case .faults(let diagnostics):
            diagnostics.map(\.description).joined(separator: "\n")
        }
    }
}
