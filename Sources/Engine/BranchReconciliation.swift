import Ledger
import Vocabulary
import Workspaces

/// Brings the ledger and a batch branch to agreement after a crash between moving the branch and writing it down.
struct BranchReconciliation: Sendable {
    let services: RunServices
    let journal: Journal

    /// The tip to go on from.
    ///
    /// - Throws: ``ResumeError/branchMoved(branch:recorded:actual:)`` when the branch is neither where the ledger says nor
    ///   where the last tested fold would have put it.
    func tip(of batch: RunRecord.BatchRecord, base: ObjectID) async throws -> ObjectID {
        let recorded = batch.recordedTip.flatMap(ObjectID.init(hex:))
        let actual = try services.repository.reference(RefNames.fullBranch(batch.branch))
        if actual == recorded { return recorded ?? base }
        if let tip = actual, let fold = batch.greenFolds.last(where: { ObjectID(hex: $0.tip) == tip }) {
            try await journal.recordLanding(
                zip(fold.features, fold.commits).map { feature, commit in
                    let landed = RunEvent.Landed(
                        commit: commit, tree: fold.tree, oldTip: fold.oldTip, newTip: fold.tip)
                    return (feature, landed)
                })
            return tip
        }
        throw ResumeError.branchMoved(
            branch: batch.branch, recorded: (recorded ?? base).description,
            actual: actual.map { "at \($0.description.prefix(12))" } ?? "deleted")
    }
}
