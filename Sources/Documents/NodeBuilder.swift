import Vocabulary
import Yams

/// Turns the parser's tree into ours and counts what aliases unfold to while it does so.
struct NodeBuilder {
    private let file: String
    private let limits: DocumentLimits
    private var count = 0

    init(file: String, limits: DocumentLimits) {
        self.file = file
        self.limits = limits
    }

    mutating func node(_ node: Node, depth: Int) throws(DocumentError) -> DocumentNode {
        let place = node.mark.map { DocumentPlace($0) } ?? DocumentPlace(line: 1, column: 1)
        try admit(depth: depth, at: place)
        switch node {
        case .scalar(let scalar):
            return DocumentNode(content: .scalar(scalar.coreSchemaValue), place: place)
        case .sequence(let sequence):
            var nodes: [DocumentNode] = []
            for element in sequence { nodes.append(try self.node(element, depth: depth + 1)) }
            return DocumentNode(content: .list(nodes), place: place)
        case .mapping(let mapping):
            return DocumentNode(content: .map(try entries(mapping, depth: depth)), place: place)
        case .alias(let alias):
            throw DocumentError(file: file, at: place, message: "unknown alias *\(alias.anchor.rawValue)")
        }
    }

    private mutating func admit(depth: Int, at place: DocumentPlace) throws(DocumentError) {
        count += 1
        guard count <= limits.nodes else {
            throw DocumentError(
                file: file, at: place, message: "the document unfolds to more than \(limits.nodes) values")
        }
        guard depth <= limits.depth else {
            throw DocumentError(
                file: file, at: place, message: "lists and mappings are nested deeper than \(limits.depth) levels")
        }
    }

    private mutating func entries(
        _ mapping: Node.Mapping, depth: Int
    ) throws(DocumentError) -> [DocumentNode.Entry] {
        var entries: [DocumentNode.Entry] = []
        var merged: [DocumentNode.Entry] = []
        for (key, value) in mapping {
            let place = key.mark.map { DocumentPlace($0) } ?? DocumentPlace(line: 1, column: 1)
            try admit(depth: depth, at: place)
            guard case .scalar(let scalar) = key else {
                throw DocumentError(file: file, at: place, message: "a key must be plain text, not a list or mapping")
            }
            let node = try self.node(value, depth: depth + 1)
            if RepeatedKeys.isRepetition(scalar.string) { continue }
            if scalar.string == "<<", scalar.style == .plain {
                merged += try mergedEntries(node)
            } else {
                entries.append(DocumentNode.Entry(key: scalar.string, place: place, node: node))
            }
        }
        // The mapping's own keys win over merged ones, and earlier merges over later ones.
        var known = Set(entries.map(\.key))
        for entry in merged where known.insert(entry.key).inserted { entries.append(entry) }
        return entries
    }

    private func mergedEntries(_ node: DocumentNode) throws(DocumentError) -> [DocumentNode.Entry] {
        switch node.content {
        case .map(let entries): return entries
        case .list(let nodes):
            var entries: [DocumentNode.Entry] = []
            for node in nodes { entries += try mergedEntries(node) }
            return entries
        case .scalar:
            throw DocumentError(
                file: file, at: node.place, message: "`<<` merges a mapping or a list of mappings, not \(node.summary)")
        }
    }
}
