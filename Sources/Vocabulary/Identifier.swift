/// A string that names one thing; each kind of thing has its own type.
///
/// Identifiers sort as their strings do and code as plain JSON strings.
package protocol Identifier: RawRepresentable<String>, Codable, Comparable, CustomStringConvertible, Hashable, Sendable,
    ExpressibleByStringLiteral
{
    /// Wraps a string without checking it.
    init(rawValue: String)
}

extension Identifier {
    package init(stringLiteral value: String) {
        self.init(rawValue: value)
    }

    package init(from decoder: any Decoder) throws {
        self.init(rawValue: try decoder.singleValueContainer().decode(String.self))
    }

    package var description: String {
        rawValue
    }

    package static func < (left: Self, right: Self) -> Bool {
        left.rawValue < right.rawValue
    }

    package func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(rawValue)
    }
}

/// The identity of a feature inside one plan: a stable slug such as `deploy_agents.save_config`.
///
/// Never empty; lower-case ASCII letters, digits, `.`, `_` and `-` only when made by us. An explicit `id` of a plan is kept as is.
package struct FeatureID: Identifier {
    package let rawValue: String

    package init(rawValue: String) {
        self.rawValue = rawValue
    }
}

/// The identity of a batch inside one run; also the last component of its branch name.
package struct BatchID: Identifier {
    package let rawValue: String

    package init(rawValue: String) {
        self.rawValue = rawValue
    }
}

/// The identity of a run inside one repository, such as `20261122-201301-k3f9`.
package struct RunID: Identifier {
    package let rawValue: String

    package init(rawValue: String) {
        self.rawValue = rawValue
    }
}
