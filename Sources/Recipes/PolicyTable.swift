import Documents
import Vocabulary

/// What the table of a recipe or pack holds, as far as it can be seen without calling it.
struct PolicyTable: Sendable, Equatable {
    /// The names of the policies that it has.
    let policies: Set<String>
    /// The functions of each toolchain.
    let toolchains: [String: Set<String>]
    /// Packs that it uses, in order.
    let use: [PackUse]
    let settings: Value
    let summary: String?

    /// Checks a table, the value of a chunk with functions as the string `function`, and takes it over.
    ///
    /// - Throws: ``RecipeError/faults(_:)`` with everything that is wrong.
    init(shape: Value, source: PolicySource) throws(RecipeError) {
        guard let entries = shape.mapValue, !entries.isEmpty else {
            throw .fault(
                source.entryName,
                "a \(source.kind.rawValue) has to end with `return { api = 1, … }`, but this file returns \(shape.typeName)"
            )
        }
        var reader = PolicyTableReader(source: source, entries: entries)
        reader.checkVersion()
        reader.checkNames()
        policies = reader.readPolicies()
        toolchains = reader.readToolchains()
        use = reader.readUse()
        settings = entries["settings"] ?? .map([:])
        summary = entries["description"]?.stringValue
        guard reader.faults.isEmpty else { throw .faults(reader.faults) }
    }
}

/// One entry of `use`.
struct PackUse: Sendable, Hashable {
    package let name: String
    package let options: Value
    package let grant: Value
}

/// Reads a table and collects every fault.
private struct PolicyTableReader {
    let source: PolicySource
    let entries: [String: Value]
    var faults: [Diagnostic] = []

    init(source: PolicySource, entries: [String: Value]) {
        self.source = source
        self.entries = entries
    }

    private mutating func fault(_ name: String?, _ message: String) {
        faults.append(source.diagnostic(name, message))
    }

    mutating func checkVersion() {
        switch entries["api"]?.integerValue {
        case 1: break
        case nil: fault(nil, "`api = 1` is missing: it says for which version of Moonshift the file was written")
        case let version?: fault("api", "api = \(version) is not known here; this Moonshift speaks api 1")
        }
    }

    mutating func checkNames() {
        let fields = PolicyCatalog.recipeFields.map(\.name)
        let known = fields + PolicyCatalog.provided + PolicyCatalog.policies.map(\.name)
        for name in entries.keys.sorted() where !known.contains(name) {
            fault(name, "unknown name '\(name)'\(Spelling.hint(for: name, among: known))")
        }
        if let summary = entries["description"], summary.stringValue == nil {
            fault("description", "description: expected a string, got \(summary.typeName)")
        }
        for name in PolicyCatalog.provided {
            guard let value = entries[name], value.mapValue == nil else { continue }
            fault(name, "\(name): expected a table of \(name) by name, got \(value.typeName)")
        }
    }

    mutating func readPolicies() -> Set<String> {
        var found: Set<String> = []
        for policy in PolicyCatalog.policies {
            guard let value = entries[policy.name] else { continue }
            if value == .string("function") {
                found.insert(policy.name)
            } else {
                fault(policy.name, "policy '\(policy.name)' has to be a function, got \(value.typeName)")
            }
        }
        return found
    }

    mutating func readToolchains() -> [String: Set<String>] {
        let known = PolicyCatalog.toolchain.map(\.name)
        var found: [String: Set<String>] = [:]
        for (name, value) in (entries["toolchains"]?.mapValue ?? [:]).sorted(by: { $0.key < $1.key }) {
            guard let functions = value.mapValue else {
                fault(name, "toolchain '\(name)': expected a table of functions, got \(value.typeName)")
                continue
            }
            for (function, value) in functions.sorted(by: { $0.key < $1.key }) {
                if !known.contains(function) {
                    let hint = Spelling.hint(for: function, among: known)
                    fault(name, "toolchain '\(name)': unknown function '\(function)'\(hint)")
                } else if value != .string("function") {
                    fault(name, "toolchain '\(name)': '\(function)' has to be a function, got \(value.typeName)")
                }
            }
            for needed in ["matches", "find", "run", "read"] where functions[needed] == nil {
                fault(name, "toolchain '\(name)': function '\(needed)' is missing")
            }
            found[name] = Set(functions.keys)
        }
        return found
    }

    mutating func readUse() -> [PackUse] {
        guard let use = entries["use"] else { return [] }
        guard let list = use.listValue else {
            fault("use", "use: expected a list of packs, got \(use.typeName)")
            return []
        }
        return list.enumerated().compactMap { index, value in
            if let name = value.stringValue { return PackUse(name: name, options: .map([:]), grant: .map([:])) }
            // A table such as { "acme/pack", options = { … } } has its name in the list part.
            let known = ["1", "options", "grant"]
            for name in (value.mapValue ?? [:]).keys.sorted() where !known.contains(name) {
                fault("use", "use[\(index + 1)].\(name): unknown field\(Spelling.hint(for: name, among: known))")
            }
            guard let name = (value["1"] ?? value.listValue?.first)?.stringValue else {
                fault("use", "use[\(index + 1)]: expected the name of a pack, or a table that starts with it")
                return nil
            }
            return PackUse(name: name, options: value["options"] ?? .map([:]), grant: value["grant"] ?? .map([:]))
        }
    }
}
