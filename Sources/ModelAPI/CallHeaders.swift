import Metering
import NIOHTTP1
import Vocabulary

/// The headers of a model call: the key, and whom the call is for, which a simulated server and a gateway's log read.
struct CallHeaders: Sendable {
    private static let valueLimit = 256

    private let fixed: HTTPHeaders

    init(endpoint: ModelEndpoint) {
        var headers = HTTPHeaders()
        for (name, value) in endpoint.headers { headers.replaceOrAdd(name: name, value: value) }
        headers.replaceOrAdd(name: "Content-Type", value: "application/json")
        headers.replaceOrAdd(name: "Accept", value: "text/event-stream, application/json")
        headers.replaceOrAdd(name: "User-Agent", value: "moonshift")
        if let key = endpoint.apiKey { headers.replaceOrAdd(name: "Authorization", value: "Bearer \(key.exposed)") }
        fixed = headers
    }

    func headers(for attribution: Attribution, adding further: [String: String]) -> HTTPHeaders {
        var headers = fixed
        for (name, value) in further where !headers.contains(name: name) {
            headers.add(name: name, value: Self.encoded(value))
        }
        headers.replaceOrAdd(name: "X-Moonshift-Run", value: Self.encoded(attribution.run.rawValue))
        if let feature = attribution.feature {
            headers.replaceOrAdd(name: "X-Moonshift-Feature", value: Self.encoded(feature.rawValue))
        }
        if let stage = attribution.stage {
            headers.replaceOrAdd(name: "X-Moonshift-Stage", value: Self.encoded(stage))
        }
        if let attempt = attribution.attempt {
            headers.replaceOrAdd(name: "X-Moonshift-Attempt", value: String(attempt))
        }
        headers.replaceOrAdd(name: "X-Moonshift-Turn", value: String(attribution.turn))
        return headers
    }

    /// A value as a header may carry it: an identity comes from a user's plan, and a line break in it would end the header.
    ///
    /// Everything but visible ASCII and `%` is percent-encoded, so plain identities stay as they are.
    static func encoded(_ value: String) -> String {
        let isPlain = { (byte: UInt8) in (0x20...0x7E).contains(byte) && byte != UInt8(ascii: "%") }
        if value.utf8.count <= valueLimit && value.utf8.allSatisfy(isPlain) { return value }
        let digits = Array("0123456789ABCDEF".utf8)
        var encoded: [UInt8] = []
        for byte in value.utf8 where encoded.count < valueLimit {
            if isPlain(byte) {
                encoded.append(byte)
            } else {
                encoded += [UInt8(ascii: "%"), digits[Int(byte >> 4)], digits[Int(byte & 0xF)]]
            }
        }
        return String(decoding: encoded, as: UTF8.self)
    }
}
