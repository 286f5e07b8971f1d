package import Plans
package import PolicyContract
package import Verification
package import Workspaces

/// What a feature finds in the repository before it starts: toolchain, source, tests and the stages that follow.
package struct FeatureSurvey: Equatable, Sendable {
    package var toolchain: ToolchainName?
    package var hasSource: Bool
    /// The tests that judge the feature; empty when they are still to be written.
    package var judgements: [Judgement]
    package var stages: [StagePlan]

    package var hasTests: Bool {
        !judgements.isEmpty
    }

    /// Looks at the tree and asks the toolchain and policy `stages`.
    package static func make(
        of feature: Feature, in tree: ObjectID, services: any SurveyServices
    ) async throws -> FeatureSurvey {
        let toolchain = try await services.toolchains.toolchain(for: feature)
        let hasSource = try services.repository.read(feature.filePath, in: tree) != nil
        var judgements: [Judgement] = []
        if let toolchain {
            judgements = try await self.judgements(of: feature, toolchain: toolchain, services: services) { path in
                try services.repository.read(path, in: tree)
            }
        }
        let stages = try await services.policies.stages(
            StagesContext(
                feature: feature, hasSource: hasSource, hasTests: !judgements.isEmpty, toolchain: toolchain))
        return FeatureSurvey(toolchain: toolchain, hasSource: hasSource, judgements: judgements, stages: stages)
    }

    /// The tests that judge the feature, as its test file says; empty when there are none.
    package static func judgements(
        of feature: Feature, toolchain: ToolchainName, services: any SurveyServices, read: (String) throws -> [UInt8]?
    ) async throws -> [Judgement] {
        let file = feature.testPath ?? ""
        var source = ""
        if let path = feature.testPath {
            guard let bytes = try read(path) else { return [] }
            source = String(decoding: bytes, as: UTF8.self)
        }
        let found = try await services.toolchains.findTests(toolchain, feature: feature, testSource: source)
        guard !found.isEmpty else { return [] }
        let target = TestTarget(feature: feature.id, file: file, ids: found)
        return [Judgement(toolchain: toolchain, target: target, testCommand: feature.testCommand)]
    }
}

/// What a survey needs; a part of what a run has.
package protocol SurveyServices: Sendable {
    var repository: Repository { get }
    var policies: any PolicyHost { get }
    var toolchains: any ToolchainHost { get }
}
