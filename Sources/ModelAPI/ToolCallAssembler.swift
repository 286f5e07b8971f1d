import Vocabulary

/// Puts tool calls together from their pieces.
struct ToolCallAssembler {
    private struct Draft {
        var index: Int
        var id: String
        var name: String
        var arguments: String
    }

    private var drafts: [Draft] = []

    var isEmpty: Bool { drafts.isEmpty }

    /// Takes one element of a delta's `tool_calls`.
    mutating func consume(_ piece: Value) throws(ChatStreamFault) {
        let function = piece["function"]
        let id = piece["id"]?.stringValue ?? ""
        let name = function?["name"]?.stringValue ?? ""
        let position = try position(index: piece["index"]?.integerValue, id: id, name: name)
        if drafts[position].id.isEmpty { drafts[position].id = id }
        // A name may come in pieces, and some servers repeat the whole of it in every piece.
        if drafts[position].name != name { drafts[position].name += name }
        switch function?["arguments"] {
        case .string(let text): drafts[position].arguments += text
        case .some(let value): drafts[position].arguments += value.json
        case nil: break
        }
    }

    /// The calls in the order of their index, each with an id of its own.
    func finish() -> [ToolCall] {
        var seen: Set<String> = []
        return drafts.sorted { $0.index < $1.index }.enumerated().map { number, draft in
            var id = draft.id.isEmpty ? "call_\(number)" : draft.id
            while !seen.insert(id).inserted { id += "_\(number)" }
            return ToolCall(id: id, name: draft.name, arguments: draft.arguments)
        }
    }

    /// Where the draft is that a piece belongs to; makes one when the piece begins a call.
    private mutating func position(index: Int?, id: String, name: String) throws(ChatStreamFault) -> Int {
        // Some servers give every parallel call index 0 or none: another id together with a name begins another call.
        let beginsCall = !id.isEmpty && !name.isEmpty
        let known = index.map { index in drafts.lastIndex { $0.index == index } } ?? drafts.indices.last
        if let known, !beginsCall || drafts[known].id.isEmpty || drafts[known].id == id { return known }
        guard drafts.count < ChatAssembler.toolCallLimit else { throw .malformed("too many tool calls") }
        let next = (drafts.map(\.index).max() ?? -1) + 1
        drafts.append(Draft(index: known == nil ? index ?? next : next, id: id, name: "", arguments: ""))
        return drafts.count - 1
    }
}
