extension Value {
    /// The value with all keys of its maps in the style of our JSON: `maxCost` becomes `max_cost`.
    ///
    /// For values that we made ourselves, whose keys are names of fields; a user's own keys must not pass through it.
    package var snakeCased: Value {
        renamed { key in
            key.reduce(into: "") { name, character in
                if character.isUppercase { name += "_" }
                name += character.lowercased()
            }
        }
    }

    /// The reverse of ``snakeCased``; keys that have no underscore stay as they are.
    package var camelCased: Value {
        renamed { key in
            let words = key.split(separator: "_")
            return words.dropFirst().reduce(into: words.first.map(String.init) ?? key) { name, word in
                name += word.prefix(1).uppercased() + word.dropFirst()
            }
        }
    }

    private func renamed(_ name: (String) -> String) -> Value {
        switch self {
        case .map(let entries):
            .map(
                Dictionary(
                    entries.map { (name($0.key), $0.value.renamed(name)) }, uniquingKeysWith: { first, _ in first }))
        case .list(let values): .list(values.map { $0.renamed(name) })
        case .null, .bool, .integer, .number, .string: self
        }
    }
}
