import CommandRunner
import Engine
import Foundation
import Recipes
import Verification
import Vocabulary
import Workers

extension RunOptions {
    /// What was said on the command line, by setting, as the recipe's settings read it.
    var overrides: [(SettingKey, String, flag: String)] {
        var overrides: [(SettingKey, String, flag: String)] = []
        func add(_ key: SettingKey, _ text: String?) {
            guard let text else { return }
            overrides.append((key, text, "--" + key.rawValue.replacing("_", with: "-")))
        }
        add(.maxParallelBatches, maxParallelBatches.map { String($0) })
        add(.maxParallelFeatures, maxParallelFeatures.map { String($0) })
        add(.testSlots, testSlots.map { String($0) })
        add(.maxCost, maxCost?.decimalString)
        add(.maxCostPerBatch, maxCostPerBatch?.decimalString)
        add(.model, model)
        add(.temperature, temperature.map { String($0) })
        add(.featureTimeout, featureTimeout?.text)
        add(.sandbox, sandbox?.rawValue)
        return overrides
    }

    /// The settings of a run as the engine takes them.
    ///
    /// - Throws: ``CommandFailure`` when no model is named anywhere.
    func runSettings(from settings: RecipeSettings) throws -> RunSettings {
        guard let model = settings.model else {
            throw CommandFailure(.usage, "no model is named: give --model, or set `model` in the recipe")
        }
        var run = RunSettings(model: model)
        run.temperature = settings.temperature
        run.maxCost = settings.maxCost
        run.maxCostPerBatch = settings.maxCostPerBatch
        run.maxCostPerFeature = settings.maxCostPerFeature
        run.maxParallelBatches = settings.maxParallelBatches
        run.maxParallelFeatures = settings.maxParallelFeatures
        run.maxFeaturesPerBatch = settings.maxFeaturesPerBatch
        run.featureTimeout = settings.featureTimeout
        run.testSlots = settings.testSlots ?? ProcessInfo.processInfo.activeProcessorCount
        run.commitsAutomatically = !noAutoCommit
        run.writesPullRequests = !noAutoPr
        run.seed = seed ?? 1
        run.workerLimits.turns = settings.maxTurns
        run.workerLimits.outputTokensPerTurn = settings.maxOutputTokens
        run.workerLimits.time = settings.featureTimeout
        run.benchLimits.timeout = settings.testTimeout
        return run
    }

    /// Puts what this command line says over the settings that a run was started with.
    func apply(to run: inout RunSettings) {
        if let maxParallelBatches { run.maxParallelBatches = maxParallelBatches }
        if let maxParallelFeatures { run.maxParallelFeatures = maxParallelFeatures }
        if let testSlots { run.testSlots = testSlots }
        if let maxCost { run.maxCost = maxCost }
        if let maxCostPerBatch { run.maxCostPerBatch = maxCostPerBatch }
        if let model { run.model = model }
        if let temperature { run.temperature = temperature }
        if let featureTimeout {
            run.featureTimeout = featureTimeout.duration
            run.workerLimits.time = featureTimeout.duration
        }
        if noAutoCommit { run.commitsAutomatically = false }
        if noAutoPr { run.writesPullRequests = false }
    }
}
