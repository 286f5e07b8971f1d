/// Whose tokenizer a model has, as far as it matters for bounds.
package enum ModelFamily: String, Codable, Sendable {
    case openai, anthropic, unknown

    /// The family by the name that requests use; everything that is not known for sure is `unknown`, which costs more.
    package init(model: String, provider: String? = nil) {
        let name = model.split(separator: "/").last.map { $0.lowercased() } ?? ""
        let isNamed = { (prefixes: [String]) in prefixes.contains { name.hasPrefix($0) } }
        if provider == "anthropic" || isNamed(["claude"]) {
            self = .anthropic
        } else if provider == "openai" || isNamed(["gpt-3.5", "gpt-4", "gpt-5", "gpt-6", "o1", "o3", "o4", "chatgpt"]) {
            self = .openai
        } else {
            self = .unknown
        }
    }
}

/// An upper bound on the input tokens of a request, from the bytes of its body.
///
/// The tokenizers of OpenAI work on bytes, so that a text never has more tokens than bytes. Those of Anthropic normalise
/// first; their factors are measured guards, not a proof, which is why the meter stops a model whose real count was higher.
package enum InputBound {
    /// What a vendor puts in front that is not in the body: tool preamble, rendering of schemas.
    package static let hiddenTokens = 2048

    /// The most input tokens that a request with this JSON body can have, cut at the context window if it is known.
    package static func tokens(body: some Collection<UInt8>, family: ModelFamily, contextWindow: Int? = nil) -> Int {
        let bound = textTokens(body, family) + hiddenTokens
        return contextWindow.map { min($0, bound) } ?? bound
    }

    private static func textTokens(_ body: some Collection<UInt8>, _ family: ModelFamily) -> Int {
        switch family {
        case .openai: return body.count
        case .unknown: return 4 * body.count
        case .anthropic:
            let others = body.reduce(0) { $1 < 0x80 ? $0 : $0 + 1 }
            return 2 * (body.count - others) + 4 * others
        }
    }
}
