/// What a pack says about itself in `pack.yaml`, read before any of its code runs.
package struct PackManifest: Equatable, Sendable {
    /// What a pack can provide; the raw values are the keys of `provides`.
    package enum Kind: String, CaseIterable, Sendable {
        case agents, executors, forges, policies, toolchains
    }

    package var name: PackName
    package var version: SemanticVersion
    /// The versions of the host API that the pack was written for.
    package var api: VersionRange
    package var description: String?
    package var license: String?
    package var authors: [String]
    package var homepage: String?
    /// The names that the pack provides, by kind, in its order; kinds that it does not provide are missing.
    package var provides: [Kind: [String]]
    /// In the order of the file, names unique.
    package var options: [PackOption]
    package var permissions: PackPermissions
    package var limits: PackLimits

    package init(
        name: PackName, version: SemanticVersion, api: VersionRange, description: String? = nil, license: String? = nil,
        authors: [String] = [], homepage: String? = nil, provides: [Kind: [String]] = [:], options: [PackOption] = [],
        permissions: PackPermissions = PackPermissions(), limits: PackLimits = PackLimits()
    ) {
        self.name = name
        self.version = version
        self.api = api
        self.description = description
        self.license = license
        self.authors = authors
        self.homepage = homepage
        self.provides = provides
        self.options = options
        self.permissions = permissions
        self.limits = limits
    }
}
