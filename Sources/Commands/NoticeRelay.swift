import Engine
import Ledger
import Recipes
import Synchronization
import Verification
import Vocabulary

/// Passes on what recipes say and decide: to the terminal before a run has a journal, to the journal after.
final class NoticeRelay: Sendable {
    private let journal = Mutex<Journal?>(nil)
    private let context: CommandContext

    init(context: CommandContext) {
        self.context = context
    }

    /// From now on everything goes to the run's journal.
    func attach(_ journal: Journal) {
        self.journal.withLock { $0 = journal }
    }

    @Sendable func take(_ notice: RecipeNotice) {
        guard let journal = journal.withLock(\.self) else { return context.progress(notice.description) }
        let level = RunEvent.NoticeLevel(rawValue: notice.level.rawValue) ?? .info
        journal.post(.notice(RunEvent.Notice(level: level, message: notice.message)))
    }

    /// Inputs stay out of the ledger: they hold whole files, and can be made again from what is recorded.
    @Sendable func take(_ decision: DecisionRecord) {
        guard let journal = journal.withLock(\.self), !decision.policy.hasPrefix("toolchain") else { return }
        journal.post(
            .policyDecided(
                RunEvent.PolicyDecided(
                    policy: decision.policy, pack: decision.source, digest: decision.digest, ticks: decision.ticks,
                    microseconds: Int(decision.duration.seconds * 1e6), output: decision.output)))
    }
}
