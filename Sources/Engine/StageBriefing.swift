import Metering
import Plans
import PolicyContract
import Verification
import Vocabulary
import Workspaces

/// Asks the policies where a stage attempt goes and what it is told; a dry run asks the same.
struct StageBriefing: Sendable {
    let services: any BriefingServices
    let feature: Feature

    /// Worker and model of the attempt; a worker that does not exist is an error that lists those that do.
    func route(stage: StagePlan, attempt: Int, work: FeatureWork) async throws -> Route {
        let context = RouteContext(
            feature: feature, stage: stage.name, attempt: attempt, spent: services.spent(on: feature.id),
            models: services.models, workers: services.workerNames, suggestedModel: work.suggestedModel,
            suggestedWorker: work.suggestedWorker ?? stage.worker)
        var route = try await services.policies.route(context)
        guard services.workerNames.contains(route.worker) || route.worker == Self.templateWorker else {
            let known = (services.workerNames + [Self.templateWorker]).sorted().joined(separator: ", ")
            throw PolicyError(
                policy: "route", message: "there is no worker '\(route.worker)'; there are: \(known)", stopsRun: false)
        }
        if let cap = feature.maxCost { route.maxCost = min(route.maxCost ?? cap, cap) }
        return route
    }

    /// The text that the worker starts from.
    func prompt(stage: StagePlan, attempt: Int, work: FeatureWork, tree: ObjectID) async throws -> Prompt {
        let overlay = Overlay(base: tree, changes: work.changes)
        var files: [String: String] = [:]
        for path in Set([feature.filePath, feature.testPath].compactMap(\.self) + feature.context) {
            guard let bytes = try overlay.read(path, in: services.repository) else { continue }
            files[path] = String(decoding: bytes.prefix(Self.shownBytes), as: UTF8.self)
        }
        return try await services.policies.prompt(
            PromptContext(
                feature: feature, stage: stage.name, attempt: attempt,
                isFix: work.lastFailure != nil, files: files,
                repositoryPaths: try nearbyPaths(in: tree), testIDs: work.judgements.flatMap(\.target.ids),
                lastFailure: work.lastFailure, note: work.note, toolchain: work.survey?.toolchain))
    }

    /// The worker name that stands for the toolchain's own skeletons and stubs, without a model.
    static let templateWorker = "template"
    private static let shownBytes = 100_000
    private static let shownPaths = 200

    /// Paths in the feature's own folders, then the rest, up to a limit; sorted.
    private func nearbyPaths(in tree: ObjectID) throws -> [String] {
        let repository = services.repository
        let folders = Set([feature.filePath, feature.testPath].compactMap { $0?.parentFolder })
        var shown: Set<String> = []
        for folder in folders.sorted() {
            let near = try repository.files(directlyIn: folder, of: tree)
            shown.formUnion(near.prefix(Self.shownPaths - shown.count))
        }
        if shown.count < Self.shownPaths {
            for entry in try repository.entries(in: tree) where shown.count < Self.shownPaths {
                shown.insert(entry.path)
            }
        }
        return shown.sorted()
    }
}

/// What a briefing needs; a run has it, and a dry run too.
protocol BriefingServices: SurveyServices {
    var models: [String] { get }
    var workerNames: [String] { get }
    func spent(on feature: FeatureID) -> Picodollars
}

extension RunServices: BriefingServices {
    var workerNames: [String] {
        workers.keys.sorted()
    }

    func spent(on feature: FeatureID) -> Picodollars {
        meter.settled(on: .feature(feature))
    }
}

extension String {
    fileprivate var parentFolder: String {
        lastIndex(of: "/").map { String(self[..<$0]) } ?? ""
    }
}
