package import Vocabulary

extension RecipeSettings {
    package var plan: String? { self[.plan]?.value.stringValue }
    package var model: String? { self[.model]?.value.stringValue }
    /// The models that policies may choose from; empty: any.
    package var models: [String] { strings(.models) }
    package var worker: String { self[.worker]?.value.stringValue ?? "chat" }
    package var temperature: Double? { self[.temperature]?.value.numberValue }
    package var maxCost: Picodollars? { self[.maxCost]?.value.moneyValue }
    package var maxCostPerBatch: Picodollars? { self[.maxCostPerBatch]?.value.moneyValue }
    package var maxCostPerFeature: Picodollars? { self[.maxCostPerFeature]?.value.moneyValue }
    package var maxParallelBatches: Int { integer(.maxParallelBatches) ?? 1 }
    package var maxParallelFeatures: Int { integer(.maxParallelFeatures) ?? 1 }
    package var maxFeaturesPerBatch: Int { integer(.maxFeaturesPerBatch) ?? 1 }
    package var maxAttempts: Int { integer(.maxAttempts) ?? 1 }
    package var maxTurns: Int { integer(.maxTurns) ?? 1 }
    package var maxOutputTokens: Int { integer(.maxOutputTokens) ?? 1 }
    package var requestsPerMinute: Int? { integer(.requestsPerMinute) }
    package var tokensPerMinute: Int? { integer(.tokensPerMinute) }
    package var featureTimeout: Duration { self[.featureTimeout]?.value.durationValue ?? .zero }
    package var testTimeout: Duration { self[.testTimeout]?.value.durationValue ?? .zero }
    package var stopTimeout: Duration { self[.stopTimeout]?.value.durationValue ?? .zero }
    /// nil: as many as the machine has processors.
    package var testSlots: Int? { integer(.testSlots) }
    /// `auto`, `bubblewrap` or `none`.
    package var sandbox: String { self[.sandbox]?.value.stringValue ?? "auto" }
    package var foldSize: Int? { integer(.foldSize) }
    package var fullSuite: [String]? { self[.fullSuite] == nil ? nil : strings(.fullSuite) }
    package var unionFiles: [String] { strings(.unionFiles) }

    private func integer(_ key: SettingKey) -> Int? {
        self[key]?.value.integerValue
    }

    private func strings(_ key: SettingKey) -> [String] {
        self[key]?.value.listValue?.compactMap(\.stringValue) ?? []
    }
}
