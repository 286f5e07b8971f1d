import Vocabulary

/// The fields of one mapping, read by type; what does not fit goes to the fault list with what was expected and what came.
///
/// A field whose value is null counts as missing.
package struct DocumentFields {
    /// In the order of the file, nulls included.
    package let entries: [DocumentNode.Entry]
    package let place: DocumentPlace
    package let faults: FaultList
    /// What the mapping is, for messages: `a feature`.
    private let owner: String
    private let byKey: [String: DocumentNode]

    /// - Returns: nil, with an error noted, when the node is no mapping.
    package init?(_ node: DocumentNode, owner: String, faults: FaultList) {
        guard case .map(let entries) = node.content else {
            faults.error("\(owner) must be a mapping, but is \(node.summary)", at: node.place)
            return nil
        }
        self.entries = entries
        self.place = node.place
        self.owner = owner
        self.faults = faults
        byKey = Dictionary(entries.map { ($0.key, $0.node) }, uniquingKeysWith: { $1 })
    }

    /// The field's node; nil when it is missing or null.
    package func node(_ key: String) -> DocumentNode? {
        guard let node = byKey[key], !node.isNull else { return nil }
        return node
    }

    /// Where the field's value stands, else where the mapping starts.
    package func place(of key: String) -> DocumentPlace {
        byKey[key]?.place ?? place
    }

    /// A text that is not blank; nil when missing or, with an error noted, when it is something else.
    package func string(_ key: String, isRequired: Bool = false) -> String? {
        guard let node = node(key) else {
            if isRequired { faults.error("\(owner) needs `\(key)`", at: place(of: key)) }
            return nil
        }
        guard case .scalar(.string(let text)) = node.content else {
            noteMismatch(key, "a string", node)
            return nil
        }
        guard text.contains(where: { !$0.isWhitespace }) else {
            faults.error("`\(key)` is blank: give it a text, or leave it out", at: node.place)
            return nil
        }
        return text
    }

    package func integer(_ key: String) -> Int? {
        guard let node = node(key) else { return nil }
        guard case .scalar(let value) = node.content, let integer = value.integerValue else {
            noteMismatch(key, "an integer", node)
            return nil
        }
        return integer
    }

    package func bool(_ key: String) -> Bool? {
        guard let node = node(key) else { return nil }
        guard case .scalar(.bool(let value)) = node.content else {
            noteMismatch(key, "true or false", node)
            return nil
        }
        return value
    }

    /// The elements of a list; nil when missing or, with an error noted, when it is something else.
    package func list(_ key: String, of elements: String) -> [DocumentNode]? {
        guard let node = node(key) else { return nil }
        guard case .list(let nodes) = node.content else {
            noteMismatch(key, "a list of \(elements)", node)
            return nil
        }
        return nodes
    }

    /// A list of strings with their places; a single string counts as a list of one. Faulty elements are noted and left out.
    package func strings(_ key: String) -> [(text: String, place: DocumentPlace)] {
        guard let node = node(key) else { return [] }
        if case .scalar(.string(let text)) = node.content { return [(text, node.place)] }
        return (list(key, of: "strings") ?? []).compactMap { element in
            guard case .scalar(.string(let text)) = element.content else {
                faults.error("`\(key)` must be a list of strings, but one is \(element.summary)", at: element.place)
                return nil
            }
            return (text, element.place)
        }
    }

    /// The mapping under a key; nil when missing or, with an error noted, when it is something else.
    package func fields(_ key: String) -> DocumentFields? {
        node(key).flatMap { DocumentFields($0, owner: "`\(key)`", faults: faults) }
    }

    /// The entries whose key is none of `known`.
    package func others(than known: [String]) -> [DocumentNode.Entry] {
        entries.filter { !known.contains($0.key) }
    }

    /// The known field that an unknown key was probably meant to be, unless that field is there too.
    package func likelyMeaning(of key: String, among known: [String]) -> String? {
        Spelling.closest(to: key, among: known.filter { byKey[$0] == nil })
    }

    /// Notes that a field has the wrong type.
    package func noteMismatch(_ key: String, _ expected: String, _ node: DocumentNode) {
        var hint = ""
        if expected == "a string", case .scalar = node.content { hint = ": put it in quotes" }
        faults.error("`\(key)` must be \(expected), but is \(node.summary)\(hint)", at: node.place)
    }
}
