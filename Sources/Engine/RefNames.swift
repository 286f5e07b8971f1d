package import Vocabulary

/// The names of a run's refs. Only the batch branches are public.
package enum RefNames {
    /// The public branch of a batch, without `refs/heads/`.
    package static func branch(run: RunID, batch: BatchID) -> String {
        "moonshift/\(run)/\(batch)"
    }

    package static func fullBranch(_ branch: String) -> String {
        "refs/heads/\(branch)"
    }

    package static func base(run: RunID) -> String {
        "refs/moonshift/\(run)/base"
    }

    /// All finished batches of the run folded together.
    package static func integration(run: RunID) -> String {
        "refs/moonshift/\(run)/integration"
    }

    /// Where an attempt's candidate commit is kept.
    package static func candidate(run: RunID, feature: FeatureID, attempt: Int) -> String {
        "refs/moonshift/\(run)/feature/\(component(feature.rawValue))/\(attempt)"
    }

    /// The text as one component of a ref name: what git does not allow becomes `-`.
    package static func component(_ text: String) -> String {
        let allowed = text.unicodeScalars.map { scalar -> Character in
            let isPlain = scalar.isASCII && (scalar.properties.isAlphabetic || scalar.properties.numericType != nil)
            return isPlain || "._-".unicodeScalars.contains(scalar) ? Character(scalar) : "-"
        }
        var name = String(allowed)
        while name.contains("..") { name.replace("..", with: ".") }
        while name.hasPrefix(".") { name.removeFirst() }
        while name.hasSuffix(".") || name.hasSuffix(".lock") { name.removeLast() }
        return name.isEmpty ? "unnamed" : name
    }
}
