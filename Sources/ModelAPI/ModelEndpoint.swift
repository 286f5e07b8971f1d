import Metering

/// Where and how a model is called: one OpenAI-compatible server with its limits.
package struct ModelEndpoint: Sendable {
    /// The request field that carries the output limit.
    package enum OutputLimitField: String, Codable, Sendable {
        /// What OpenAI asks for today; it counts reasoning too.
        case maxCompletionTokens = "max_completion_tokens"
        /// The older name: llama.cpp, older vLLM, Mistral and most compatible servers know only this one.
        case maxTokens = "max_tokens"
    }

    /// Up to and without `/chat/completions`, such as `https://api.openai.com/v1`; no slash at the end is needed.
    package var baseURL: String
    /// nil sends no `Authorization` header, as local servers like it.
    package var apiKey: Secret?
    /// Headers for every request, such as an organisation; the client's own win.
    package var headers: [String: String] = [:]
    /// nil chooses by host and model: see ``outputLimitField(for:)``.
    package var outputLimitField: OutputLimitField?
    /// nil leaves `service_tier` out.
    package var serviceTier: String?

    /// The longest that a TCP and TLS handshake may take.
    package var connectTimeout: Duration = .seconds(10)
    /// The longest silence: before the answer begins and between two pieces of it. A reasoning model may think for minutes.
    package var idleTimeout: Duration = .seconds(300)
    /// The longest that one HTTP attempt may take; checked when a piece arrives, so at most ``idleTimeout`` more.
    package var overallTimeout: Duration = .seconds(900)
    /// The most bytes of an answer that are read.
    package var responseLimitInBytes = 16 << 20
    /// The most connections that are open at a time; further calls wait for a free one.
    package var connectionLimit = 1_024
    /// An idle connection is closed after this.
    ///
    /// Uvicorn and Node close theirs after 5 s; a request that meets that close has an unknown outcome and costs its full
    /// hold, so ours is shorter.
    package var connectionIdleTimeout: Duration = .seconds(4)

    package var retries = RetryPolicy()

    package init(baseURL: String, apiKey: Secret? = nil) {
        self.baseURL = baseURL
        self.apiKey = apiKey
    }

    /// ``outputLimitField``, or for nil the one that this host and model are known to obey.
    ///
    /// OpenAI's own hosts and model families refuse `max_tokens`; other servers may ignore `max_completion_tokens`, and
    /// an ignored limit is a broken price bound. So those get the new name and everything else the old one.
    package func outputLimitField(for model: String) -> OutputLimitField {
        if let outputLimitField { return outputLimitField }
        let isVendorHost = ["openai.com", "openai.azure.com"].contains { host == $0 || host.hasSuffix("." + $0) }
        return isVendorHost || ModelFamily(model: model) == .openai ? .maxCompletionTokens : .maxTokens
    }

    /// The address that requests are posted to.
    package var completionsURL: String {
        var base = Substring(baseURL)
        while base.last == "/" { base = base.dropLast() }
        return base + "/chat/completions"
    }

    /// What stands before `://`; empty when nothing does.
    var scheme: String {
        baseURL.firstRange(of: "://").map { String(baseURL[..<$0.lowerBound]) } ?? ""
    }

    /// The host of the base URL in lower case without port, as far as it can be told; for messages and choices.
    package var host: String {
        let afterScheme = baseURL.split(separator: "://", maxSplits: 1).last ?? Substring(baseURL)
        let authority = afterScheme.prefix { $0 != "/" && $0 != "?" }
        let place = authority.split(separator: "@").last ?? authority
        return place.hasPrefix("[")
            ? String(place.prefix { $0 != "]" }.dropFirst()).lowercased()
            : String(place.prefix { $0 != ":" }).lowercased()
    }
}
