extension String {
    /// The text as a message may hold it: in one line, of a bounded length, and nothing in it unseen.
    ///
    /// Invisible characters are written as `\\u{202E}`; of a longer text the beginning and the end are kept with `…` between.
    package func shown(limit: Int = 80) -> String {
        var shown = ""
        for scalar in unicodeScalars {
            if scalar.isUnseen {
                shown += "\\u{\(String(scalar.value, radix: 16, uppercase: true))}"
            } else {
                shown.unicodeScalars.append(scalar)
            }
        }
        guard shown.utf8.count > limit, shown.count > limit else { return shown }
        let kept = limit - 1
        return "\(shown.prefix(kept - kept / 2))…\(shown.suffix(kept / 2))"
    }
}

extension Unicode.Scalar {
    /// Whether the character steers the display, or the text around it, and cannot be seen itself.
    package var isUnseen: Bool {
        switch properties.generalCategory {
        case .control, .lineSeparator, .paragraphSeparator: true
        case .format: properties.isBidiControl || value == 0xFEFF
        default: false
        }
    }

    /// The code point with its name: `U+202E (right-to-left override)`; only control characters have none.
    package var codePoint: String {
        let digits = String(value, radix: 16, uppercase: true)
        let name = properties.name?.lowercased() ?? "a control character"
        return "U+\(String(repeating: "0", count: max(0, 4 - digits.count)))\(digits) (\(name))"
    }
}
