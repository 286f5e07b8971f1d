import Foundation
package import Vocabulary

extension Value {
    /// An amount of dollars, written as a number or a decimal string; nil for anything else, and below zero.
    package var moneyValue: Picodollars? {
        switch self {
        case .integer(let dollars): dollars >= 0 ? Picodollars(dollars: String(dollars)) : nil
        case .number(let dollars):
            dollars.isFinite && dollars >= 0 ? Picodollars(dollars: String(format: "%.12f", dollars)) : nil
        case .string(let text): Picodollars(dollars: text)
        default: nil
        }
    }

    /// A duration, written as seconds or as a string such as `1h30m`; nil for anything else, and below zero.
    package var durationValue: Duration? {
        switch self {
        case .string(let text): Duration(written: text)
        default: numberValue.flatMap { $0 >= 0 && $0 <= 1e9 ? .milliseconds(Int64(($0 * 1000).rounded())) : nil }
        }
    }

    /// Dollars as a Lua number.
    package init(dollars amount: Picodollars?) {
        self = amount.map { .number(Double($0.rawValue) / 1e12) } ?? .null
    }

    /// Seconds as a Lua number.
    package init(seconds duration: Duration?) {
        self = duration.map { .number($0 / .seconds(1)) } ?? .null
    }
}

extension Duration {
    /// Reads parts of whole numbers with units, largest first: `250ms`, `30s`, `10m`, `1h30m`, `1d`.
    package init?(written text: String) {
        let units = ["d": 86_400_000, "h": 3_600_000, "m": 60_000, "s": 1000, "ms": 1]
        var rest = text[...]
        var total: Int64 = 0
        var last = Int64.max
        while !rest.isEmpty {
            let digits = rest.prefix { $0.isASCII && $0.isNumber }
            rest = rest.dropFirst(digits.count)
            let letters = rest.prefix { $0.isLetter }
            rest = rest.dropFirst(letters.count)
            guard digits.count <= 9, let count = Int64(digits), let unit = units[String(letters)].map(Int64.init),
                unit < last
            else { return nil }
            total += count * unit
            last = unit
        }
        guard last != .max else { return nil }
        self = .milliseconds(total)
    }
}
