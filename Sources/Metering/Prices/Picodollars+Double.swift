import Vocabulary

extension Picodollars {
    /// A dollar amount as a JSON file has it, such as `2.5e-06`.
    ///
    /// The shortest decimal text that is the same number is what the file said, so amounts down to a picodollar are exact;
    /// what is smaller rounds up.
    /// - Returns: nil when the number is negative, not finite or out of range.
    init?(dollars number: Double) {
        guard number.isFinite, number >= 0 else { return nil }
        let parts = "\(number)".split(separator: "e")
        guard let mantissa = parts.first, let exponent = parts.count > 1 ? Int(parts[1]) : 0 else { return nil }
        let halves = mantissa.split(separator: ".", omittingEmptySubsequences: false)
        let fraction = halves.count > 1 ? String(halves[1]) : ""
        let digits = (halves.first.map(String.init) ?? "") + fraction
        // The value is digits × 10^scale dollars.
        let scale = exponent - fraction.count
        guard scale > -400, scale < 20 else { return nil }
        let text: String
        if scale >= 0 {
            text = digits + String(repeating: "0", count: scale)
        } else {
            let padded = String(repeating: "0", count: Swift.max(0, 1 - scale - digits.count)) + digits
            text = padded.dropLast(-scale) + "." + padded.suffix(-scale)
        }
        self.init(dollars: text)
    }
}
