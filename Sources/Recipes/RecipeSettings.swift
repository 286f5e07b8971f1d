import Documents
package import Vocabulary

/// Where a setting or policy comes from, weakest first.
package enum SettingOrigin: Sendable, Hashable {
    case builtIn
    case pack(String)
    case recipe(String)
    case environment(String)
    case commandLine(String)
}

extension SettingOrigin: CustomStringConvertible {
    package var description: String {
        switch self {
        case .builtIn: "built in"
        case .pack(let name): "pack \(name)"
        case .recipe(let name): "recipe \(name)"
        case .environment(let name): "environment \(name)"
        case .commandLine(let name): name
        }
    }
}

/// The settings of a run, each with the place that it comes from.
///
/// Apply the weakest source first: packs in reverse `use` order, the recipe, the environment, the command line.
package struct RecipeSettings: Sendable, Equatable {
    package struct Entry: Sendable, Equatable {
        /// Fits the key's ``SettingKey/shape``.
        package let value: Value
        package let origin: SettingOrigin
    }

    private var entries: [SettingKey: Entry]

    /// The built-in values; keys without one are absent.
    package init() {
        let values: [SettingKey: Value] = [
            .worker: "chat", .models: [], .model: "gpt-6.1-terra", .maxCost: 200, .maxCostPerBatch: 25,
            .maxParallelBatches: 3, .maxParallelFeatures: 5, .maxFeaturesPerBatch: 50,
            .maxAttempts: 3, .maxTurns: 25, .maxOutputTokens: 16_000, .featureTimeout: "10m", .testTimeout: "5m",
            .stopTimeout: "1m",
            .sandbox: "auto", .unionFiles: [],
        ]
        entries = values.mapValues { Entry(value: $0, origin: .builtIn) }
    }

    /// nil when nobody set the key and it has no built-in value.
    package subscript(key: SettingKey) -> Entry? {
        entries[key]
    }

    /// Sets one value over what is there.
    ///
    /// - Throws: ``ShapeFault`` for a value of the wrong shape, with `path` as its name; nothing is changed then.
    package mutating func set(
        _ key: SettingKey, to value: Value, origin: SettingOrigin, path: String
    ) throws(ShapeFault) {
        if let fault = key.shape.faults(in: value, path: path).first { throw fault }
        entries[key] = Entry(value: value, origin: origin)
    }

    /// Sets one value from text, as the environment and the command line have it; the origin's name stands in messages.
    ///
    /// Lists are separated by commas; a command (`full_suite`) is run by `sh -c`.
    /// - Throws: ``ShapeFault`` for text of the wrong form; nothing is changed then.
    package mutating func set(_ key: SettingKey, text: String, origin: SettingOrigin) throws(ShapeFault) {
        let value: Value =
            switch key.shape {
            case .list where key == .fullSuite: ["sh", "-c", .string(text)]
            case .list:
                Value(
                    text.split(separator: ",").map { part in
                        String(part.drop(while: \.isWhitespace).reversed().drop(while: \.isWhitespace).reversed())
                    })
            case .integer: Int64(text).map(Value.integer) ?? .string(text)
            case .number: Double(text).map(Value.number) ?? .string(text)
            default: .string(text)
            }
        try set(key, to: value, origin: origin, path: origin.description)
    }

    /// Sets every value of a `settings` table.
    ///
    /// - Returns: What is wrong with the others, by name, sorted.
    package mutating func apply(_ table: Value, origin: SettingOrigin) -> [ShapeFault] {
        guard let values = table.mapValue else {
            return [ShapeFault(path: "settings", message: "expected a table of settings")]
        }
        var faults: [ShapeFault] = []
        for (name, value) in values.sorted(by: { $0.key < $1.key }) {
            guard let key = SettingKey(rawValue: name) else {
                let hint = Spelling.hint(for: name, among: SettingKey.allCases.map(\.rawValue))
                faults.append(ShapeFault(path: "settings.\(name)", message: "unknown setting\(hint)"))
                continue
            }
            do throws(ShapeFault) {
                try set(key, to: value, origin: origin, path: "settings.\(name)")
            } catch {
                faults.append(error)
            }
        }
        return faults
    }

    /// The settings that are there, by name: for Lua, the ledger and `recipe show --json`.
    package func values(of keys: [SettingKey] = SettingKey.allCases) -> Value {
        .map(Dictionary(keys.compactMap { key in entries[key].map { (key.rawValue, $0.value) } }) { $1 })
    }
}
