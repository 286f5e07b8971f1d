/// Why the ledger could not be opened, written or read.
package enum LedgerError: Error, Equatable, Sendable {
    /// There is no ledger at `path`, and none was to be made.
    case missing(path: String)
    case cannotOpen(path: String, reason: String)
    /// A newer Moonshift wrote the file; nothing in it was changed.
    case newerSchema(path: String)
    /// The disk, or the file's own limit, is full. The events of the failed append are not in the ledger.
    case full(path: String)
    /// The file could not be written. The events of the failed append are not in the ledger.
    case cannotWrite(path: String, reason: String)
    /// An event contradicts what is in the ledger, such as a second settlement of one call; only its append was refused.
    case contradiction(reason: String)
    case cannotRead(path: String, reason: String)
    /// A row is no event that this program understands.
    case unreadableEvent(sequence: Int64, reason: String)
    case closed
    /// Another process owns the ledger.
    case owned(path: String, by: Owner)
}

extension LedgerError: CustomStringConvertible {
    package var description: String {
        switch self {
        case .missing(let path):
            "there is no ledger at \(path). Start a run in this repository first."
        case .cannotOpen(let path, let reason):
            "cannot open the ledger \(path): \(reason). Check the file's owner and permissions."
        case .newerSchema(let path):
            "the ledger \(path) was written by a newer moonshift. Update this one; nothing was changed."
        case .full(let path):
            """
            no space left for the ledger \(path). Free some space, then run \
            `moonshift resume`, or the same command again if no run had started; nothing recorded is lost.
            """
        case .cannotWrite(let path, let reason):
            "cannot write the ledger \(path): \(reason). Repair the disk, then run `moonshift resume`."
        case .contradiction(let reason):
            "the ledger refused an event that contradicts it: \(reason). This is a bug of moonshift; please report it."
        case .cannotRead(let path, let reason):
            "cannot read the ledger \(path): \(reason)"
        case .unreadableEvent(let sequence, let reason):
            "event \(sequence) of the ledger cannot be read: \(reason). Was it written by a newer moonshift?"
        case .closed:
            "the ledger is closed: nothing can be recorded any more."
        case .owned(let path, let owner):
            """
            the ledger is in use by \(owner) (lock \(path)). \
            Wait for it to end, or interrupt it: Ctrl-C there, or `kill -INT \(owner.pid)`.
            """
        }
    }
}
