import Vocabulary

/// The error object of an answer, as far as it can be read.
struct VendorError: Equatable {
    /// One line, at most ``messageLimit`` characters.
    private(set) var message = ""
    private(set) var type = ""
    private(set) var code = ""

    static let messageLimit = 500

    /// Types and codes that say that the vendor will not serve this account before somebody pays or changes a limit.
    private static let exhausted: Set<String> = [
        "insufficient_quota", "billing_hard_limit_reached", "billing_not_active", "billing_error",
        "usage_limit_reached",
        "budget_exceeded", "quota_exceeded", "access_terminated", "insufficient_balance",
    ]

    /// Whether waiting cannot help.
    var isQuotaExhausted: Bool { Self.exhausted.contains(type) || Self.exhausted.contains(code) }

    var isRateLimit: Bool {
        [type, code].contains { $0.hasPrefix("rate_limit") || $0 == "too_many_requests" || $0 == "429" }
    }

    /// Reads the error under `error` of a document, or the document itself where a server puts it there.
    init(_ document: Value) {
        let error = document["error"] ?? document
        let words = error.stringValue ?? Self.text(error["message"]) ?? Self.text(document["message"])
        message = Self.line(words ?? Self.text(document["detail"]) ?? "")
        type = error["type"]?.stringValue ?? ""
        code = Self.text(error["code"]) ?? ""
    }

    /// Reads the body of a refusal: an error object, or any text.
    init(body: [UInt8]) {
        if let document = try? JSONReader.parse(body) {
            self.init(document)
        } else {
            self.init(text: String(decoding: body.prefix(4 * Self.messageLimit), as: UTF8.self))
        }
    }

    /// Takes any text as the message.
    init(text: String) {
        message = Self.line(text)
    }

    /// The same error with a secret blotted out of its message.
    func redacted(_ secret: Secret?) -> Self {
        var copy = self
        if let secret { copy.message = secret.redacting(message) }
        return copy
    }

    private static func text(_ value: Value?) -> String? {
        switch value {
        case nil, .null: nil
        case .string(let text): text
        case .some(let value): value.json
        }
    }

    /// `text` without line breaks and control characters, cut to a length that fits a log line.
    private static func line(_ text: String) -> String {
        let words = text.split { $0.isWhitespace || $0.unicodeScalars.contains { $0.value < 0x20 || $0.value == 0x7F } }
        let line = words.joined(separator: " ")
        return line.count > messageLimit ? line.prefix(messageLimit - 1) + "…" : line
    }
}
