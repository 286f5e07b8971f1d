package import Verification
package import Vocabulary
package import Workers

/// How a run is to be done, after command line, environment, recipe, packs and defaults were put together.
package struct RunSettings: Codable, Equatable, Sendable {
    package var model: String
    /// nil: the server's own default.
    package var temperature: Double?
    /// nil: no cap, which only a price of zero allows in practice.
    package var maxCost: Picodollars?
    package var maxCostPerBatch: Picodollars?
    package var maxCostPerFeature: Picodollars?
    package var maxParallelBatches: Int
    /// Features at work at once in one batch.
    package var maxParallelFeatures: Int
    package var maxFeaturesPerBatch: Int
    /// For one attempt of one stage.
    package var featureTimeout: Duration
    /// Worktrees, and so test commands, at once.
    package var testSlots: Int
    /// Off: candidates are kept on their own refs and no branch is made.
    package var commitsAutomatically: Bool
    package var writesPullRequests: Bool
    package var seed: UInt64
    /// Globs of further files that every feature may change.
    package var writableGlobs: [String]
    package var workerLimits: WorkerLimits
    package var changeRules: ChangeRules
    package var benchLimits: TestBench.Limits

    package init(model: String) {
        self.model = model
        self.maxCost = Picodollars(dollars: "200")
        self.maxCostPerBatch = Picodollars(dollars: "25")
        self.maxParallelBatches = 3
        self.maxParallelFeatures = 5
        self.maxFeaturesPerBatch = 50
        self.featureTimeout = .seconds(600)
        self.testSlots = 2
        self.commitsAutomatically = true
        self.writesPullRequests = true
        self.seed = 1
        self.writableGlobs = []
        self.workerLimits = WorkerLimits()
        self.changeRules = ChangeRules()
        self.benchLimits = TestBench.Limits()
    }
}
