import Vocabulary
import Yams

extension Node.Scalar {
    /// The scalar by the core schema of YAML 1.2; quoted and explicitly tagged strings stay strings.
    /// - SeeAlso: https://yaml.org/spec/1.2.2/#103-core-schema
    var coreSchemaValue: Value {
        guard style == .plain, tag.description.isEmpty else { return .string(string) }
        switch string {
        case "", "~", "null", "Null", "NULL": return .null
        case "true", "True", "TRUE": return .bool(true)
        case "false", "False", "FALSE": return .bool(false)
        case ".inf", ".Inf", ".INF", "+.inf", "+.Inf", "+.INF": return .number(.infinity)
        case "-.inf", "-.Inf", "-.INF": return .number(-.infinity)
        case ".nan", ".NaN", ".NAN": return .number(.nan)
        default: return Self.number(string) ?? .string(string)
        }
    }

    private static func number(_ text: String) -> Value? {
        if text.hasPrefix("0x"), let value = Int64(text.dropFirst(2), radix: 16) { return .integer(value) }
        if text.hasPrefix("0o"), let value = Int64(text.dropFirst(2), radix: 8) { return .integer(value) }
        // `Double` also reads hexadecimal and the words for infinity, which the schema does not know in this form.
        let isNumeral = text.utf8.allSatisfy { "+-.0123456789eE".utf8.contains($0) }
        guard isNumeral, text.utf8.contains(where: { (48...57).contains($0) }) else { return nil }
        if let value = Int64(text) { return .integer(value) }
        return Double(text).map(Value.number)
    }
}
