import CGit2
import Glibc

/// One compare-and-swap of several references.
struct ReferenceTransaction {
    let handle: OpaquePointer
    let message: String
    let signature: Signature

    /// Takes the lock of every reference, then compares, then writes.
    ///
    /// With all locks held and all values compared only the disk can still fail; what was written until then is put
    /// back in that case.
    func run(_ updates: [ReferenceUpdate]) throws(RepositoryError) {
        // One order for everybody, so that two overlapping updates cannot hold half of each other's locks.
        let ordered = updates.sorted { $0.name < $1.name }
        do {
            try attempt(ordered)
        } catch .failed(let operation, let text) where operation == Self.writing {
            let written = ordered.filter { update in
                update.old != update.new && (try? Repository.value(of: update.name, handle)) == .some(update.new)
            }
            if !written.isEmpty {
                try attempt(written.map { ReferenceUpdate(name: $0.name, new: $0.old, old: $0.new) })
            }
            throw .failed(operation: operation, text: text)
        }
    }

    private static let writing = "write references"

    private func attempt(_ updates: [ReferenceUpdate]) throws(RepositoryError) {
        try LibGit.scoped(
            "start a reference transaction",
            free: git_transaction_free,
            make: { git_transaction_new(&$0, handle) },
            body: { transaction throws(RepositoryError) in
                for update in updates {
                    try lock(update.name, transaction)
                }
                for update in updates {
                    try compare(update)
                }
                try Repository.withSignature(signature) { signature throws(RepositoryError) in
                    for update in updates where update.new != update.old {
                        try stage(update, signature, transaction)
                    }
                }
                try LibGit.check(git_transaction_commit(transaction), Self.writing)
            }
        )
    }

    private func lock(_ name: String, _ transaction: OpaquePointer) throws(RepositoryError) {
        // git waits for a reference's lock for a tenth of a second by default, and so do we.
        for attempt in 0...20 {
            let status = git_transaction_lock_ref(transaction, name)
            if status >= 0 { return }
            guard status == GIT_ELOCKED.rawValue else {
                throw .failed(operation: "lock \(name)", text: LibGit.lastErrorText)
            }
            if attempt < 20 { usleep(5_000) }
        }
        throw .lockedReference(name: name)
    }

    private func compare(_ update: ReferenceUpdate) throws(RepositoryError) {
        let found = try Repository.value(of: update.name, handle)
        guard found == update.old else {
            throw .staleReference(name: update.name, expected: update.old, found: found)
        }
    }

    private func stage(
        _ update: ReferenceUpdate, _ signature: UnsafeMutablePointer<git_signature>, _ transaction: OpaquePointer
    ) throws(RepositoryError) {
        guard let new = update.new else {
            try LibGit.check(git_transaction_remove(transaction, update.name), "delete \(update.name)")
            return
        }
        var raw = new.raw
        let status = git_transaction_set_target(transaction, update.name, &raw, signature, message)
        try LibGit.check(status, "move \(update.name)")
        if update.name.hasPrefix(Repository.publicPrefix) {
            try writeLog(update.name, new, signature, transaction)
        }
    }

    /// The log is written by ourselves, since libgit2 writes none in bare repositories or where the configuration says so.
    private func writeLog(
        _ name: String, _ new: ObjectID, _ signature: UnsafeMutablePointer<git_signature>, _ transaction: OpaquePointer
    ) throws(RepositoryError) {
        try LibGit.scoped(
            "read the log of \(name)",
            free: git_reflog_free,
            make: { git_reflog_read(&$0, handle, name) },
            body: { log throws(RepositoryError) in
                var raw = new.raw
                try LibGit.check(git_reflog_append(log, &raw, signature, message), "extend the log of \(name)")
                try LibGit.check(git_transaction_set_reflog(transaction, name, log), "write the log of \(name)")
            }
        )
    }
}
