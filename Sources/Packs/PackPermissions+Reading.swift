import Documents
import Vocabulary

extension PackPermissions {
    init(_ fields: DocumentFields) {
        fields.refuseOthers(than: ["read", "run", "http", "model", "history", "store"], in: "`permissions`")
        self.init(
            read: Self.globs(fields), run: Self.commands(fields), http: Self.hosts(fields), model: Self.model(fields),
            history: fields.bool("history") ?? false, store: fields.bool("store") ?? false)
    }

    private static func globs(_ fields: DocumentFields) -> [String] {
        fields.strings("read").map { glob, place in
            if leavesWorktree(glob) {
                fields.faults.error("`read` must stay inside the worktree: \"\(glob)\"", at: place)
            }
            return glob
        }
    }

    private static func hosts(_ fields: DocumentFields) -> [String] {
        fields.strings("http").map { host, place in
            if !isHost(host) {
                fields.faults.error(
                    "`http` must list host names such as api.example.com, but one is \"\(host)\"", at: place)
            }
            return host
        }
    }

    private static func commands(_ fields: DocumentFields) -> [[String]] {
        (fields.list("run", of: "command beginnings") ?? []).compactMap { node in
            let words = node.value.listValue?.map(\.stringValue) ?? []
            let texts = words.compactMap { $0 }.filter { !$0.isEmpty }
            // An empty beginning would allow every command.
            if !texts.isEmpty, texts.count == words.count { return texts }
            fields.faults.error(
                "`run` must list beginnings of command lines such as [ruff, check], but one is \(node.summary)",
                at: node.place)
            return nil
        }
    }

    private static func model(_ fields: DocumentFields) -> Picodollars? {
        guard let model = fields.fields("model") else { return nil }
        model.refuseOthers(than: ["max_cost"], in: "`model`")
        guard let node = model.node("max_cost") else {
            fields.faults.error("`model` needs `max_cost`", at: model.place)
            return nil
        }
        if let cost = node.dollars { return cost }
        model.noteMismatch("max_cost", "an amount in dollars such as 1.50", node)
        return nil
    }

    private static func leavesWorktree(_ glob: String) -> Bool {
        glob.isEmpty || glob.hasPrefix("/") || glob.hasPrefix("~") || glob.split(separator: "/").contains("..")
    }

    private static func isHost(_ text: String) -> Bool {
        let name = text.hasPrefix("*.") ? text.dropFirst(2) : text[...]
        return !name.isEmpty && !name.hasPrefix(".")
            && name.utf8.allSatisfy { byte in
                (97...122).contains(byte) || (48...57).contains(byte) || "-.:".utf8.contains(byte)
            }
    }
}
