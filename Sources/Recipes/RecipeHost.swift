import LuaRuntime
import PolicyContract
import Synchronization
import Vocabulary

/// Answers the questions of a run with the policies of a recipe, its packs and the built-in pack.
///
/// Every question is asked in the newest sound version of the files; a call that is under way ends in the one that it started in.
package final class RecipeHost: Sendable {
    let generations: GenerationKeeper
    /// What policies see as `ctx.settings`: those that the run was started with.
    let settings: RecipeSettings
    let observers: RecipeObservers
    private let events: AsyncStream<Value>
    private let eventSink: AsyncStream<Value>.Continuation

    /// Starts with a loaded recipe.
    ///
    /// - Parameters:
    ///   - recipe: From ``RecipeLoader/load(_:notice:)``.
    ///   - settings: The recipe's with environment and command line on top; nil for the recipe's.
    ///   - loader: Reads the recipe again when a file changes; nil keeps the first version.
    ///   - reloadInterval: Files are looked at again at most this often.
    ///   - observers: Who hears of notices and decisions.
    package init(
        recipe: Recipe, settings: RecipeSettings? = nil, loader: RecipeLoader?,
        reloadInterval: Duration = .milliseconds(500), observers: RecipeObservers = RecipeObservers()
    ) {
        self.settings = settings ?? recipe.settings
        self.observers = observers
        generations = GenerationKeeper(
            recipe: recipe, loader: loader, interval: reloadInterval, notice: observers.notice)
        // An observer that is slow loses the oldest events; it never holds up the run.
        (events, eventSink) = AsyncStream.makeStream(bufferingPolicy: .bufferingNewest(4096))
    }

    /// Whether the task hands an event to a policy; what is said then must not become an event, or it would never end.
    @TaskLocal package static var isTelling = false

    /// Hands events to the policies `event` until ``finish()`` is called or the task is cancelled; run it beside the run.
    ///
    /// A policy that fails hears nothing more until it is edited.
    package func deliverEvents() async {
        var failed: Set<String> = []
        for await event in events {
            let recipe = await generations.current()
            for lane in recipe.lanes where lane.table.policies.contains(PolicyCatalog.event.name) {
                let version = "\(lane.source.title) \(recipe.digest)"
                guard !failed.contains(version) else { continue }
                let question = Question(PolicyCatalog.event, context: ["event": event])
                await Self.$isTelling.withValue(true) {
                    do throws(PolicyError) {
                        _ = try await ask(lane, question, digest: recipe.digest)
                    } catch {
                        failed.insert(version)
                        let message =
                            "\(lane.source.title), \(error.description)\nIt hears nothing more until it is edited"
                        observers.notice(RecipeNotice(.warning, message))
                    }
                }
            }
        }
    }

    /// Ends ``deliverEvents()`` once everything that was observed is delivered.
    package func finish() {
        eventSink.finish()
    }

    /// The hash of the recipe and its packs as the next decision would use them.
    package func digest() async -> String {
        await generations.current().digest
    }

    func observe(event: Value) {
        eventSink.yield(event)
    }
}

/// Who hears of what a recipe does.
package struct RecipeObservers: Sendable {
    /// Warnings, log lines of scripts, reloads.
    package var notice: @Sendable (RecipeNotice) -> Void
    /// Each call of each policy; called on the caller's path, so it should only take note.
    package var decision: @Sendable (DecisionRecord) -> Void

    package init(
        notice: @escaping @Sendable (RecipeNotice) -> Void = { _ in },
        decision: @escaping @Sendable (DecisionRecord) -> Void = { _ in }
    ) {
        self.notice = notice
        self.decision = decision
    }
}
