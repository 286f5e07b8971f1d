/// The interface between this program and the Lua of packs and recipes.
package enum HostAPI {
    /// What `moonshift_api` of a manifest is compared with; `api = 1` of a recipe names its first number.
    package static let version = SemanticVersion(1, 0, 0)
}
