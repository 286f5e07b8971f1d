/// An exact amount of money in units of 1e-12 US dollars.
///
/// Prices of single tokens are whole picodollars. Arithmetic saturates at the ends of the range (about 9.2 million dollars)
/// instead of trapping, so that no input can stop the host; a saturated amount is above every cap.
package struct Picodollars: Comparable, Hashable, Sendable {
    /// The amount in picodollars; may be negative in differences.
    package let rawValue: Int64

    package static let zero = Picodollars(0)
    package static let dollar = Picodollars(1_000_000_000_000)
    package static let max = Picodollars(.max)

    package init(_ rawValue: Int64) {
        self.rawValue = rawValue
    }

    /// Reads a decimal dollar amount such as `200`, `$0.01` or `1.5`.
    ///
    /// Digits beyond the twelfth decimal place round up, so that a price is never taken for less than it is.
    /// - Returns: nil when the text is no plain, non-negative decimal number or is out of range.
    package init?(dollars text: some StringProtocol) {
        var digits = Substring(text)
        if digits.first == "$" { digits = digits.dropFirst() }
        let parts = digits.split(separator: ".", maxSplits: 1, omittingEmptySubsequences: false)
        guard let whole = parts.first, !digits.isEmpty, digits != "." else { return nil }
        let fraction = parts.count > 1 ? parts[1] : ""
        let isNumeral = { (part: Substring) in part.utf8.allSatisfy { (48...57).contains($0) } }
        guard isNumeral(whole), isNumeral(fraction) else { return nil }
        guard let dollars = whole.isEmpty ? 0 : Int64(whole) else { return nil }
        let kept = fraction.prefix(12)
        guard let part = Int64(kept + String(repeating: "0", count: 12 - kept.count)) else { return nil }
        let isCut = fraction.dropFirst(12).contains { $0 != "0" }
        let (scaled, overflow) = dollars.multipliedReportingOverflow(by: Self.dollar.rawValue)
        let (sum, sumOverflow) = scaled.addingReportingOverflow(part + (isCut ? 1 : 0))
        guard !overflow, !sumOverflow else { return nil }
        self.init(sum)
    }

    /// The amount as a plain decimal dollar string without a sign of currency, such as `0.0123` or `200`; exact.
    package var decimalString: String {
        let magnitude = rawValue.magnitude
        let unit = Self.dollar.rawValue.magnitude
        let sign = rawValue < 0 ? "-" : ""
        let digits = String(magnitude % unit)
        var fraction = Substring(String(repeating: "0", count: 12 - digits.count) + digits)
        while fraction.last == "0" { fraction.removeLast() }
        return fraction.isEmpty ? "\(sign)\(magnitude / unit)" : "\(sign)\(magnitude / unit).\(fraction)"
    }

    package static func + (left: Self, right: Self) -> Self {
        let (sum, overflow) = left.rawValue.addingReportingOverflow(right.rawValue)
        return overflow ? Self(right.rawValue < 0 ? .min : .max) : Self(sum)
    }

    package static func - (left: Self, right: Self) -> Self {
        let (difference, overflow) = left.rawValue.subtractingReportingOverflow(right.rawValue)
        return overflow ? Self(right.rawValue < 0 ? .max : .min) : Self(difference)
    }

    /// The price of `count` tokens at this price each.
    package static func * (price: Self, count: Int) -> Self {
        let (product, overflow) = price.rawValue.multipliedReportingOverflow(by: Int64(count))
        return overflow ? Self((price.rawValue < 0) != (count < 0) ? .min : .max) : Self(product)
    }

    package static func += (left: inout Self, right: Self) {
        left = left + right
    }

    package static func -= (left: inout Self, right: Self) {
        left = left - right
    }

    package static func < (left: Self, right: Self) -> Bool {
        left.rawValue < right.rawValue
    }
}

extension Picodollars: CustomStringConvertible {
    /// The amount for people: `$12.34`, with four decimal places below ten cents; exact digits are in ``decimalString``.
    package var description: String {
        let places: Int64 = rawValue.magnitude < 100_000_000_000 && rawValue != 0 ? 4 : 2
        let unit = places == 4 ? 100_000_000 : 10_000_000_000
        let scale: UInt64 = places == 4 ? 10_000 : 100
        let rounded = (rawValue.magnitude + UInt64(unit) / 2) / UInt64(unit)
        let digits = String(rounded % scale)
        let padded = String(repeating: "0", count: Int(places) - digits.count) + digits
        return "\(rawValue < 0 ? "-" : "")$\(rounded / scale).\(padded)"
    }
}

extension Picodollars: Codable {
    package init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        let text = try container.decode(String.self)
        guard let amount = Picodollars(dollars: text) else {
            throw DecodingError.dataCorruptedError(
                in: container, debugDescription: "'\(text)' is no decimal dollar amount")
        }
        self = amount
    }

    /// Money is a decimal dollar string wherever it is written.
    package func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(decimalString)
    }
}
