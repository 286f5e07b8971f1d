import Plans
package import PolicyContract
package import Vocabulary

extension RecipeHost: PolicyHost {
    package func expand(_ context: ExpandContext) async throws(PolicyError) -> PlanExpansion {
        let recipe = await generations.current()
        var plan = PlanDraft(features: context.features)
        for lane in recipe.lanes where lane.table.policies.contains(PolicyCatalog.expand.name) {
            let question = Question(
                PolicyCatalog.expand, context: ["features": .list(plan.features.map(\.luaValue))])
            guard let answer = try await ask(lane, question, digest: recipe.digest) else { continue }
            let faults = plan.apply(answer)
            if !faults.isEmpty {
                let place = lane.source.place(of: PolicyCatalog.expand.name)
                throw question.error(faults.map { "\(place): \($0.text)" }.joined(separator: "\n"))
            }
        }
        return plan.expansion(of: context.features)
    }

    package func stages(_ context: StagesContext) async throws(PolicyError) -> [StagePlan] {
        let answer = try await first(PolicyCatalog.stages, context.luaValue)
        return (answer.listValue ?? []).map(StagePlan.init(answer:))
    }

    package func batch(_ context: BatchContext) async throws(PolicyError) -> [BatchPlan] {
        let answer = try await first(PolicyCatalog.batch, context.luaValue)
        return (answer.listValue ?? []).enumerated().map { BatchPlan(answer: $1, ordinal: $0 + 1) }
    }

    package func route(_ context: RouteContext) async throws(PolicyError) -> Route {
        Route(answer: try await first(PolicyCatalog.route, context.luaValue))
    }

    package func prompt(_ context: PromptContext) async throws(PolicyError) -> Prompt {
        let recipe = await generations.current()
        var question = Question(PolicyCatalog.prompt, context: context.luaValue)
        var text: Value?
        // The built-in text first, so that the recipe has the last word on it.
        for lane in recipe.lanes.reversed() where lane.table.policies.contains(question.path[0]) {
            question.context = question.context.with("prev", text)
            do throws(PolicyError) {
                text = try await ask(lane, question, digest: recipe.digest) ?? text
            } catch {
                // Without any text there is nothing to fall back on.
                guard text != nil else { throw error }
                warn(error, of: lane)
            }
        }
        guard let text else { throw question.error("no policy answered") }
        return Prompt(answer: text)
    }

    package func accept(_ context: AcceptContext) async throws(PolicyError) -> Verdict {
        let recipe = await generations.current()
        let question = Question(PolicyCatalog.accept, context: context.luaValue)
        var verdict = Verdict(isAccepted: true)
        for lane in recipe.lanes where lane.table.policies.contains(question.path[0]) {
            guard let answer = try await ask(lane, question, digest: recipe.digest) else { continue }
            let next = Verdict(answer: answer)
            verdict.isAccepted = verdict.isAccepted && next.isAccepted
            verdict.problems += next.problems
        }
        return verdict
    }

    package func retry(_ context: RetryContext) async throws(PolicyError) -> RetryDecision {
        RetryDecision(answer: try await first(PolicyCatalog.retry, context.luaValue))
    }

    package func landing(_ context: LandingContext) async throws(PolicyError) -> LandingDecision {
        LandingDecision(answer: try await first(PolicyCatalog.landing, context.luaValue))
    }

    package func commit(_ context: CommitContext) async throws(PolicyError) -> CommitMessage {
        CommitMessage(answer: try await first(PolicyCatalog.commit, context.luaValue))
    }

    package func pullRequest(_ context: PullRequestContext) async throws(PolicyError) -> PullRequestText {
        PullRequestText(answer: try await first(PolicyCatalog.pullRequest, context.luaValue))
    }

    package func place(of policy: String) async -> String? {
        await generations.current().lanes.first { $0.table.policies.contains(policy) }?.source.place(of: policy)
    }

    package func observe(_ event: Value) {
        observe(event: event)
    }

    /// The answer of the first that has an opinion.
    private func first(_ declaration: PolicyDeclaration, _ context: Value) async throws(PolicyError) -> Value {
        let recipe = await generations.current()
        let question = Question(declaration, context: context)
        var failure: PolicyError?
        for lane in recipe.lanes where lane.table.policies.contains(declaration.name) {
            do throws(PolicyError) {
                if let answer = try await ask(lane, question, digest: recipe.digest) { return answer }
            } catch {
                if question.stopsRun { throw error }
                failure = error
                warn(error, of: lane)
            }
        }
        throw failure ?? question.error("no policy answered: each returned nil")
    }

    private func warn(_ error: PolicyError, of lane: PolicyLane) {
        observers.notice(
            RecipeNotice(.warning, "\(lane.source.title), \(error.description)\nThe next in line decides instead"))
    }
}

extension Value {
    /// The map with one field more; nil leaves it out.
    fileprivate func with(_ name: String, _ value: Value?) -> Value {
        var fields = mapValue ?? [:]
        fields[name] = value
        return .map(fields)
    }
}
