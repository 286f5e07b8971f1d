package import Ledger
package import Plans
package import Vocabulary

extension RunEvent.RunStarted {
    /// The plan's features.
    ///
    /// Ledgers of earlier versions have the fields of a feature in another style; they are read all the same.
    /// - Throws: `DecodingError` when the plan is none.
    package func features() throws -> [Feature] {
        try (plan.listValue ?? []).map { try $0.withPresentNames.decoded() }
    }
}

extension RunSettings {
    /// Reads settings as a run's events have them, also those of earlier versions.
    ///
    /// - Throws: `DecodingError` when they are none.
    package init(stored value: Value) throws {
        self = try value.camelCased.decoded()
    }

    /// The settings as a run's events have them.
    ///
    /// - Throws: `EncodingError`; no settings that can be made are refused.
    package func stored() throws -> Value {
        try Value(encoding: self).snakeCased
    }
}

extension Value {
    /// Names that the fields of a feature had in ledgers of earlier versions.
    private static let earlierNames = [
        "filePath": "file_path", "testPath": "test_path", "functionName": "function_name", "cliCommand": "cli_command",
        "apiEndpoint": "api_endpoint", "dependsOn": "depends_on", "testIDs": "test_ids", "testCommand": "test_command",
        "maxCost": "max_cost",
    ]

    /// A feature's fields by the names that they have now; what is inside of them stays as it is.
    fileprivate var withPresentNames: Value {
        guard case .map(let entries) = self else { return self }
        return .map(
            Dictionary(
                entries.map { (Self.earlierNames[$0.key] ?? $0.key, $0.value) }, uniquingKeysWith: { first, _ in first }
            ))
    }
}
