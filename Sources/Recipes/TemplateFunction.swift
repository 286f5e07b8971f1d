import Documents
import LuaRuntime
import Synchronization
import Vocabulary

/// `host.template{ file = "prompts/x.md", values = … }`, or with `text` for `file`; `host.template(text, values)` too.
///
/// A file is one of the recipe's or pack's own, by its path in the folder.
enum TemplateFunction {
    static func make(for source: PolicySource) -> HostFunction {
        let cache = TemplateCache()
        return HostFunction(
            name: "host.template",
            kind: .immediate { argument, scope in
                let asked = try question(argument)
                let template: Template
                switch asked.subject {
                case .text(let text):
                    template = try Template(text, file: "text")
                case .file(let path):
                    template = try cache.template(path) { () throws -> Template in
                        try read(path, from: source)
                    }
                }
                let text = try template.render(asked.values)
                scope?.charge(ticks: text.utf8.count / 16)
                return .string(text)
            })
    }

    private enum Subject {
        case text(String)
        case file(String)
    }

    private struct Fault: Error, CustomStringConvertible {
        let description: String
    }

    private static func question(_ argument: Value) throws -> (subject: Subject, values: Value) {
        if let text = argument.stringValue { return (.text(text), .map([:])) }
        if case .list(let values) = argument, let text = values.first?.stringValue {
            return (.text(text), values.count > 1 ? values[1] : .map([:]))
        }
        for name in (argument.mapValue ?? [:]).keys.sorted() where !["file", "text", "values"].contains(name) {
            let hint = Spelling.hint(for: name, among: ["file", "text", "values"])
            throw Fault(description: "host.template: unknown field '\(name)'\(hint)")
        }
        let values = argument["values"] ?? .map([:])
        if let path = argument["file"]?.stringValue { return (.file(path), values) }
        if let text = argument["text"]?.stringValue { return (.text(text), values) }
        throw Fault(description: "host.template: give it `file` or `text`, and `values`")
    }

    private static func read(_ path: String, from source: PolicySource) throws -> Template {
        guard let bytes = source.snapshot[path] else {
            let hint = Spelling.hint(for: path, among: source.snapshot.paths)
            throw Fault(description: "host.template: \(source.title) has no file '\(path)'\(hint)")
        }
        return try Template(String(decoding: bytes, as: UTF8.self), file: source.snapshot.displayName(path))
    }
}

/// The templates of one source that were read already; its files do not change.
private final class TemplateCache: Sendable {
    private let templates = Mutex<[String: Template]>([:])

    func template(_ path: String, read: () throws -> Template) throws -> Template {
        if let known = templates.withLock({ $0[path] }) { return known }
        let template = try read()
        templates.withLock { $0[path] = template }
        return template
    }
}
