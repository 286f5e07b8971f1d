import Vocabulary

/// What must hold between a manifest, the name that was asked for, and this program.
enum PackCheck {
    static func check(_ manifest: PackManifest, asked name: PackName, file: String) throws(PackError) {
        var faults: [Diagnostic] = []
        if manifest.name != name {
            faults.append(
                Diagnostic(
                    file: file,
                    message: "the pack calls itself `\(manifest.name)`, but it lies where `\(name)` is looked for"))
        }
        if !manifest.api.contains(HostAPI.version) {
            faults.append(
                Diagnostic(
                    file: file,
                    message: """
                        the pack needs moonshift_api \(manifest.api), but this program has \(HostAPI.version): \
                        use another version of either
                        """))
        }
        if !faults.isEmpty { throw .faults(faults) }
    }
}
