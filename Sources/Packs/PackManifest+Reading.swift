import Documents
import Vocabulary

extension PackManifest {
    private static let known = [
        "name", "version", "moonshift_api", "description", "license", "authors", "homepage", "provides", "options",
        "permissions", "limits",
    ]

    /// Reads a `pack.yaml`; unlike in a plan, unknown keys are errors, because a permission that is misspelt must not pass.
    ///
    /// - Parameters:
    ///   - bytes: The manifest, UTF-8.
    ///   - file: What diagnostics call it.
    /// - Returns: A manifest without faults; whether it fits this program is for ``PackLibrary`` to say.
    /// - Throws: ``PackError/faults(_:)`` with everything that is wrong.
    package static func read(bytes: [UInt8], file: String) throws(PackError) -> PackManifest {
        let root: DocumentNode
        let faults = FaultList(file: file)
        do {
            root = try DocumentReader.read(bytes: bytes, file: file, noting: faults)
        } catch {
            throw .faults(faults.sorted + [error.diagnostic])
        }
        let manifest = DocumentFields(root, owner: "a pack manifest", faults: faults).flatMap { read($0) }
        guard let manifest, !faults.hasErrors else { throw .faults(faults.sorted) }
        return manifest
    }

    private static func read(_ fields: DocumentFields) -> PackManifest? {
        fields.refuseOthers(than: known, in: "a pack manifest")
        let name = name(fields)
        let version = parsed(fields, "version", "a version such as 1.0.0") { SemanticVersion($0) }
        let api = parsed(fields, "moonshift_api", "a range of versions such as \">=1.2, <2\"") { VersionRange($0) }
        let provides = provides(fields)
        let options = options(fields)
        let permissions = fields.fields("permissions").map { PackPermissions($0) } ?? PackPermissions()
        let limits = fields.fields("limits").map { PackLimits($0) } ?? PackLimits()
        let manifest = { (name: PackName, version: SemanticVersion, api: VersionRange) in
            PackManifest(
                name: name, version: version, api: api, description: fields.string("description"),
                license: fields.string("license"), authors: fields.strings("authors").map(\.text),
                homepage: fields.string("homepage"), provides: provides, options: options, permissions: permissions,
                limits: limits)
        }
        guard let name, let version, let api else {
            // Read the rest too, so that its faults are known.
            _ = manifest("", SemanticVersion(0, 0, 0), VersionRange.all)
            return nil
        }
        return manifest(name, version, api)
    }

    private static func name(_ fields: DocumentFields) -> PackName? {
        guard let text = fields.string("name", isRequired: true) else { return nil }
        let name = PackName(rawValue: text)
        if name.isValid { return name }
        fields.faults.error(
            "`name` must be `pack` or `owner/pack` of lower-case letters, digits, `-` and `_`, but is \"\(text)\"",
            at: fields.place(of: "name"))
        return nil
    }

    private static func parsed<Parsed>(
        _ fields: DocumentFields, _ key: String, _ expected: String, parse: (String) -> Parsed?
    ) -> Parsed? {
        guard let text = fields.string(key, isRequired: true) else { return nil }
        if let parsed = parse(text) { return parsed }
        fields.faults.error("`\(key)` must be \(expected), but is \"\(text)\"", at: fields.place(of: key))
        return nil
    }

    private static func provides(_ fields: DocumentFields) -> [Kind: [String]] {
        guard let provided = fields.fields("provides") else { return [:] }
        provided.refuseOthers(than: Kind.allCases.map(\.rawValue), in: "`provides`")
        let pairs = Kind.allCases.compactMap { kind -> (Kind, [String])? in
            let names = provided.strings(kind.rawValue)
            var seen: Set<String> = []
            for (name, place) in names where !seen.insert(name).inserted {
                provided.faults.error("`\(kind.rawValue)` names `\(name)` twice", at: place)
            }
            return names.isEmpty ? nil : (kind, names.map(\.text))
        }
        return Dictionary(pairs, uniquingKeysWith: { $1 })
    }

    private static func options(_ fields: DocumentFields) -> [PackOption] {
        (fields.fields("options")?.entries ?? []).compactMap { entry in
            DocumentFields(entry.node, owner: "option `\(entry.key)`", faults: fields.faults)
                .flatMap { PackOption(name: entry.key, $0) }
        }
    }
}

extension PackOption {
    fileprivate init?(name: String, _ fields: DocumentFields) {
        fields.refuseOthers(than: ["type", "default", "doc"], in: "option `\(name)`")
        guard let text = fields.string("type", isRequired: true) else { return nil }
        let kinds = Kind.allCases.map(\.rawValue)
        guard let kind = Kind(rawValue: text) else {
            let hint = Spelling.closest(to: text, among: kinds).map { ": did you mean `\($0)`?" } ?? ""
            fields.faults.error(
                "`type` must be one of \(kinds.joined(separator: ", ")), but is \"\(text)\"\(hint)",
                at: fields.place(of: "type"))
            return nil
        }
        let node = fields.node("default")
        if let node, !kind.admits(node.value) { fields.noteMismatch("default", "of type \(text)", node) }
        self.init(name: name, kind: kind, defaultValue: node?.value, documentation: fields.string("doc"))
    }
}

extension DocumentFields {
    /// Notes an error for every key that is not known, with a guess at what was meant.
    func refuseOthers(than known: [String], in owner: String) {
        for entry in others(than: known) {
            let hint = likelyMeaning(of: entry.key, among: known).map { ": did you mean `\($0)`?" } ?? ""
            faults.error("\(owner) has no field `\(entry.key)`\(hint)", at: entry.place)
        }
    }
}
