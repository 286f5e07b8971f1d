package import Plans
package import PolicyContract
package import Workspaces

/// One stage attempt as a worker gets it: a value that can be sent anywhere.
package struct StageAssignment: Sendable {
    package var feature: Feature
    package var stage: String
    /// 1-based.
    package var attempt: Int
    /// The tree that the edits are made on.
    package var base: ObjectID
    /// What earlier stages changed on the base, by path.
    package var changes: [String: FileChange]
    package var prompt: Prompt
    package var model: String
    /// nil: the server's own default.
    package var temperature: Double?
    package var limits: WorkerLimits
    /// Paths and globs that this stage may write; everything else is refused.
    package var writablePaths: [String]
    /// Globs that no stage may write, such as the files of the test lock; they win over ``writablePaths``.
    package var protectedGlobs: [String]

    package init(
        feature: Feature, stage: String, attempt: Int, base: ObjectID, changes: [String: FileChange] = [:],
        prompt: Prompt, model: String, temperature: Double? = nil, limits: WorkerLimits = WorkerLimits(),
        writablePaths: [String], protectedGlobs: [String] = []
    ) {
        self.feature = feature
        self.stage = stage
        self.attempt = attempt
        self.base = base
        self.changes = changes
        self.prompt = prompt
        self.model = model
        self.temperature = temperature
        self.limits = limits
        self.writablePaths = writablePaths
        self.protectedGlobs = protectedGlobs
    }
}
