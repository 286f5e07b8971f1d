import Documents
import Vocabulary

extension PackLimits {
    private static let known = [
        "ticks", "slice", "awaited", "memory_bytes", "pcall_depth", "host_calls_in_flight", "result_bytes", "load",
    ]

    init(_ fields: DocumentFields) {
        fields.refuseOthers(than: Self.known, in: "`limits`")
        self.init(
            ticks: Self.count(fields, "ticks"), slice: Self.duration(fields, "slice"),
            awaited: Self.duration(fields, "awaited"), memoryBytes: Self.count(fields, "memory_bytes"),
            pcallDepth: Self.count(fields, "pcall_depth"),
            hostCallsInFlight: Self.count(fields, "host_calls_in_flight"),
            resultBytes: Self.count(fields, "result_bytes"), load: Self.duration(fields, "load"))
    }

    private static func count(_ fields: DocumentFields, _ key: String) -> Int? {
        guard let count = fields.integer(key) else { return nil }
        if count > 0 { return count }
        fields.faults.error("`\(key)` must be more than 0, but is \(count)", at: fields.place(of: key))
        return nil
    }

    private static func duration(_ fields: DocumentFields, _ key: String) -> Duration? {
        guard let text = fields.string(key) else { return nil }
        if let duration = duration(text) { return duration }
        fields.faults.error(
            "`\(key)` must be a time such as 250ms, 30s or 2m, but is \"\(text)\"", at: fields.place(of: key))
        return nil
    }

    private static func duration(_ text: String) -> Duration? {
        let digits = text.prefix { ("0"..."9").contains($0) }
        guard let count = Int(digits), (1...86_400_000).contains(count) else { return nil }
        switch text.dropFirst(digits.count) {
        case "ms": return .milliseconds(count)
        case "s": return .seconds(count)
        case "m": return .seconds(count * 60)
        default: return nil
        }
    }
}
