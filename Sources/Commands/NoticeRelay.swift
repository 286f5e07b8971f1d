import Engine
import Ledger
import Recipes
import Synchronization
import Telemetry
import Verification
import Vocabulary

/// Passes on what recipes say and decide: to the terminal before a run has a journal, to the journal after.
final class NoticeRelay: Sendable {
    private struct Run {
        var journal: Journal
        var metrics: Metrics
    }

    private let run = Mutex<Run?>(nil)
    private let context: CommandContext

    init(context: CommandContext) {
        self.context = context
    }

    /// From now on everything goes to the run's journal, and decisions are counted.
    func attach(_ services: RunServices) {
        run.withLock { $0 = Run(journal: services.journal, metrics: services.metrics) }
    }

    @Sendable func take(_ notice: RecipeNotice) {
        guard !RecipeHost.isTelling, let journal = run.withLock({ $0?.journal }) else {
            return context.progress(notice.description)
        }
        let level = RunEvent.NoticeLevel(rawValue: notice.level.rawValue) ?? .info
        journal.post(.notice(RunEvent.Notice(level: level, message: notice.message)))
    }

    /// Inputs stay out of the ledger: they hold whole files, and can be made again from what is recorded. That an event was
    /// told is no event.
    @Sendable func take(_ decision: DecisionRecord) {
        guard let run = run.withLock(\.self) else { return }
        run.metrics.add(.lua, wall: decision.duration, cpu: decision.cpuTime)
        guard !RecipeHost.isTelling, !decision.policy.hasPrefix("toolchain") else { return }
        run.journal.post(
            .policyDecided(
                RunEvent.PolicyDecided(
                    policy: decision.policy, pack: decision.source, digest: decision.digest, ticks: decision.ticks,
                    microseconds: Int(decision.duration.seconds * 1e6), output: decision.output)))
    }
}
