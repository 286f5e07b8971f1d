import Ledger
package import Metering
package import Plans
package import PolicyContract
package import Vocabulary
import Workers
package import Workspaces

/// What a run would do, found by the code of the run itself: the same batches, stages, routes and first prompts.
package struct DryRun: Sendable {
    /// The first thing that would be asked for a feature.
    package struct FirstPrompt: Sendable {
        package var feature: FeatureID
        package var batch: BatchID
        package var stages: [String]
        package var stage: String
        package var worker: String
        package var model: String
        package var prompt: Prompt
    }

    /// What a run may cost and take.
    package struct Estimate: Equatable, Sendable {
        /// Every worker stage tried once with every turn at its worst price; the cap stops it earlier.
        package var worstCase: Picodollars
        package var likelyLow: Picodollars
        package var likelyHigh: Picodollars
        package var secondsLow: Double
        package var secondsHigh: Double
        /// Where the likely figures come from.
        package var basis: String
    }

    package var preparation: Preparation
    package var prompts: [FirstPrompt]
    /// Features for which no toolchain was found; the run would fail them at once.
    package var withoutToolchain: [FeatureID]
    /// Features whose paths the repository has no place for, with the reason; the run would refuse them for free.
    package var refused: [FeatureID: String]
    package var estimate: Estimate
}

/// What a dry run needs: the part of a run's services that changes nothing.
package struct DryRunServices: BriefingServices {
    package var repository: Repository
    package var policies: any PolicyHost
    package var toolchains: any ToolchainHost
    package var settings: RunSettings
    package var price: ModelPrice
    package var history: CallHistory
    package var workerNames: [String]
    package var models: [String]

    package init(
        repository: Repository, policies: any PolicyHost, toolchains: any ToolchainHost, settings: RunSettings,
        price: ModelPrice, history: CallHistory, workerNames: [String], models: [String]
    ) {
        self.repository = repository
        self.policies = policies
        self.toolchains = toolchains
        self.settings = settings
        self.price = price
        self.history = history
        self.workerNames = workerNames
        self.models = models
    }

    package func spent(on feature: FeatureID) -> Picodollars {
        .zero
    }
}

/// What earlier runs of the repository say about the price of a feature; no features when there were none.
package struct CallHistory: Equatable, Sendable {
    package var features: Int
    package var calls: Int
    package var cost: Picodollars

    package init(features: Int = 0, calls: Int = 0, cost: Picodollars = .zero) {
        self.features = features
        self.calls = calls
        self.cost = cost
    }
}

extension DryRun {
    /// Surveys every feature on the base and renders its first prompt.
    package static func make(
        plan: Plan, base: ObjectID, services: DryRunServices
    ) async throws -> DryRun {
        let preparation = try await Preparation.make(
            plan: plan, settings: services.settings, policies: services.policies)
        let byID = Dictionary(preparation.features.map { ($0.id, $0) }, uniquingKeysWith: { first, _ in first })
        let tree = try services.repository.tree(of: base)
        var prompts: [FirstPrompt] = []
        var withoutToolchain: [FeatureID] = []
        var refused: [FeatureID: String] = [:]
        var workerStages = 0
        for batch in preparation.batches {
            for feature in batch.features.compactMap({ byID[$0] }) {
                if let problem = try PathSurvey.problem(of: feature, in: tree, repository: services.repository) {
                    refused[feature.id] = problem
                    continue
                }
                var work = FeatureWork(feature: feature)
                let survey = try await FeatureSurvey.make(of: feature, in: tree, services: services)
                guard survey.toolchain != nil else {
                    withoutToolchain.append(feature.id)
                    continue
                }
                work.base = base
                work.survey = survey
                work.judgements = survey.judgements
                workerStages += survey.stages.count
                if let first = try await firstPrompt(
                    of: work, survey, tree: tree, services: services, batch: batch.name)
                {
                    prompts.append(first)
                }
            }
        }
        let estimate = estimate(
            prompts: prompts, stages: workerStages, batches: preparation.batches, services: services)
        return DryRun(
            preparation: preparation, prompts: prompts, withoutToolchain: withoutToolchain, refused: refused,
            estimate: estimate)
    }

    private static func firstPrompt(
        of work: FeatureWork, _ survey: FeatureSurvey, tree: ObjectID, services: DryRunServices, batch: BatchID
    ) async throws -> FirstPrompt? {
        let briefing = StageBriefing(services: services, feature: work.feature)
        guard let stage = survey.stages.first else { return nil }
        let route = try await briefing.route(stage: stage, attempt: 1, work: work)
        let prompt = try await briefing.prompt(stage: stage, attempt: 1, work: work, tree: tree)
        return FirstPrompt(
            feature: work.feature.id, batch: batch, stages: survey.stages.map(\.name), stage: stage.name,
            worker: route.worker, model: route.model ?? work.feature.model ?? services.settings.model, prompt: prompt)
    }
}

extension DryRun {
    /// Assumed where there is no history: calls of a stage, output tokens of a call, seconds of a call.
    private static let assumedCalls = 3.0...8.0
    private static let assumedOutputTokens = 300.0...1_500.0
    private static let assumedSeconds = 3.0...15.0
    /// The conversation grows by about this many tokens a turn: a tool call and what it gave back.
    private static let growthPerTurn = 1_200.0

    private static func estimate(
        prompts: [FirstPrompt], stages: Int, batches: [BatchPlan], services: DryRunServices
    ) -> Estimate {
        let settings = services.settings
        let price = services.price
        let turns = settings.workerLimits.turns
        let promptBytes = prompts.map { $0.prompt.user.utf8.count + ($0.prompt.system?.utf8.count ?? 0) }
        let meanTokens = Double(promptBytes.reduce(0, +)) / 4 / Double(max(prompts.count, 1))
        let window = price.contextWindow ?? 128_000
        let worstCall = price.worstCase(inputBound: window, outputCap: settings.workerLimits.outputTokensPerTurn)
        let uncapped = worstCall * turns * stages
        let history = services.history
        let callsPerFeature = history.features > 0 ? Double(history.calls) / Double(history.features) : nil
        let low = likely(stages, assumedCalls.lowerBound, meanTokens, assumedOutputTokens.lowerBound, price)
        let high = likely(stages, assumedCalls.upperBound, meanTokens, assumedOutputTokens.upperBound, price)
        let fromHistory =
            history.features > 0
            ? Picodollars(history.cost.rawValue / Int64(history.features)) * prompts.count : nil
        let width = min(
            settings.maxParallelBatches * settings.maxParallelFeatures, max(prompts.count, 1))
        let calls = { (perStage: Double) in
            callsPerFeature.map { $0 * Double(prompts.count) } ?? perStage * Double(stages)
        }
        return Estimate(
            worstCase: settings.maxCost.map { min($0, uncapped) } ?? uncapped,
            likelyLow: fromHistory.map { Picodollars($0.rawValue / 10 * 7) } ?? low,
            likelyHigh: fromHistory.map { Picodollars($0.rawValue / 10 * 15) } ?? high,
            secondsLow: calls(assumedCalls.lowerBound) * assumedSeconds.lowerBound / Double(width),
            secondsHigh: calls(assumedCalls.upperBound) * assumedSeconds.upperBound / Double(width),
            basis: history.features > 0
                ? "from \(history.features.counted("feature")) of earlier runs in this repository"
                : "assumed: \(Int(assumedCalls.lowerBound)) to \(Int(assumedCalls.upperBound)) calls a stage, no history here yet"
        )
    }

    private static func likely(
        _ stages: Int, _ calls: Double, _ promptTokens: Double, _ outputTokens: Double, _ price: ModelPrice
    ) -> Picodollars {
        let input = promptTokens + growthPerTurn * (calls - 1) / 2
        let usage = TokenUsage(input: Int(input), output: Int(outputTokens))
        return price.cost(of: usage) * Int(calls) * stages
    }
}
