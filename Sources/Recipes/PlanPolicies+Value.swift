import Plans
import PolicyContract
import Vocabulary

extension StagesContext {
    var luaValue: Value {
        .map([
            "feature": feature.luaValue, "has_source": .bool(hasSource), "has_tests": .bool(hasTests),
            "toolchain": Value(toolchain?.rawValue),
        ])
    }
}

extension BatchContext {
    var luaValue: Value {
        let proposals = proposed.map { batch -> Value in
            .map(["name": .string(batch.name), "features": Value(batch.features.map(\.rawValue))])
        }
        return .map([
            "features": .list(features.map(\.luaValue)), "proposed": .list(proposals),
            "max_features": .integer(Int64(maxFeatures)),
            "max_parallel_batches": .integer(Int64(maxParallelBatches)), "budget_left": Value(dollars: budgetLeft),
        ])
    }
}

extension StagePlan {
    /// - Parameter value: Fits the answer of ``PolicyCatalog/stages``.
    init(answer value: Value) {
        let gate = value["gate"]?.stringValue.flatMap(StageGate.init(rawValue:)) ?? .none
        self.init(
            name: value["name"]?.stringValue ?? "", worker: value["worker"]?.stringValue, gate: gate)
    }
}

extension BatchPlan {
    /// - Parameters:
    ///   - value: Fits an element of the answer of ``PolicyCatalog/batch``.
    ///   - ordinal: 1-based; names a batch that has no name.
    init(answer value: Value, ordinal: Int) {
        self.init(
            name: BatchID(rawValue: value["name"]?.stringValue ?? "batch-\(ordinal)"),
            features: (value["features"]?.strings ?? []).map(FeatureID.init(rawValue:)),
            maxParallel: value["max_parallel"]?.integerValue,
            after: (value["after"]?.strings ?? []).map(BatchID.init(rawValue:)))
    }
}
