import Foundation

/// Writes a number of a document the way that people write amounts.
enum PlainDecimal {
    /// The number without an exponent, with the digits that the document had; nil for infinity and the like.
    static func text(of value: Double) -> String? {
        guard value.isFinite else { return nil }
        let shortest = "\(value)"
        // Twelve places are what money has.
        return shortest.contains("e") ? String(format: "%.12f", value) : shortest
    }
}
