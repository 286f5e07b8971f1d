/// The settings of a run: what a recipe, a pack, the environment and the command line may set.
package enum SettingKey: String, CaseIterable, Sendable {
    case plan
    case model
    case models
    case worker
    case temperature
    case maxCost = "max_cost"
    case maxCostPerBatch = "max_cost_per_batch"
    case maxCostPerFeature = "max_cost_per_feature"
    case maxParallelBatches = "max_parallel_batches"
    case maxParallelFeatures = "max_parallel_features"
    case maxFeaturesPerBatch = "max_features_per_batch"
    case maxAttempts = "max_attempts"
    case maxTurns = "max_turns"
    case maxOutputTokens = "max_output_tokens"
    case requestsPerMinute = "requests_per_minute"
    case tokensPerMinute = "tokens_per_minute"
    case featureTimeout = "feature_timeout"
    case testTimeout = "test_timeout"
    case stopTimeout = "stop_timeout"
    case testSlots = "test_slots"
    case sandbox
    case foldSize = "fold_size"
    case fullSuite = "full_suite"
    case unionFiles = "union_files"
}

extension SettingKey {
    package var shape: Shape {
        switch self {
        case .plan, .model, .worker: .string
        case .models, .unionFiles, .fullSuite: .list(.string)
        case .temperature: .number(0...2)
        case .maxCost, .maxCostPerBatch, .maxCostPerFeature: .money
        case .featureTimeout, .testTimeout, .stopTimeout: .duration
        case .sandbox: .choice(["auto", "bubblewrap", "none"])
        case .maxParallelBatches, .maxParallelFeatures, .maxFeaturesPerBatch, .maxAttempts, .maxTurns,
            .maxOutputTokens, .requestsPerMinute, .tokensPerMinute, .testSlots, .foldSize:
            .integer(minimum: 1)
        }
    }

    /// One line for `recipe show` and the reference.
    package var summary: String {
        switch self {
        case .plan: "The plan to carry out, a path in the repository"
        case .model: "The model that workers ask"
        case .models: "The models that policies may choose from; empty allows any priced one"
        case .worker: "The worker that carries out stages"
        case .temperature: "Sent with each request; unset leaves it to the model"
        case .maxCost: "Dollars that the run may cost; never passed"
        case .maxCostPerBatch: "Dollars that one batch may cost"
        case .maxCostPerFeature: "Dollars that one feature may cost"
        case .maxParallelBatches: "Batches at work at once"
        case .maxParallelFeatures: "Features at work at once in one batch"
        case .maxFeaturesPerBatch: "Features that one pull request may hold"
        case .maxAttempts: "Attempts at one stage of a feature before it is given up"
        case .maxTurns: "Requests that a worker may make in one attempt"
        case .maxOutputTokens: "Tokens that one answer may have"
        case .requestsPerMinute: "Requests a minute; unset leaves it to the server"
        case .tokensPerMinute: "Tokens a minute; unset leaves it to the server"
        case .featureTimeout: "Time that one attempt may take"
        case .testTimeout: "Time that one test command may take"
        case .stopTimeout: "Silence of the model that is borne once the run was interrupted"
        case .testSlots: "Test commands that run at once; unset takes the number of processors"
        case .sandbox: "How commands are caged: auto, bubblewrap or none"
        case .foldSize: "Candidates that are landed and tested together; unset adapts"
        case .fullSuite: "A command that must pass on a batch's branch besides the features' tests"
        case .unionFiles: "Files in which both sides' lines are kept instead of a conflict"
        }
    }
}
