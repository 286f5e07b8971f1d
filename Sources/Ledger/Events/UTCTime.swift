import Foundation

/// Times as the ledger keeps them: milliseconds since 1970, written as `2026-11-22T20:13:01.042Z`.
///
/// Calendar arithmetic is done here, because date formatters cost more than the rest of an event together.
/// - SeeAlso: Howard Hinnant, "chrono-Compatible Low-Level Date Algorithms" (days_from_civil, civil_from_days).
package enum UTCTime {
    private static let millisecondsPerDay: Int64 = 86_400_000

    /// The wall clock now, in milliseconds since 1970.
    package static func now() -> Int64 {
        Int64(Date().timeIntervalSince1970 * 1000)
    }

    /// The day that a time falls on, in days since 1970 in UTC.
    package static func day(_ milliseconds: Int64) -> Int {
        Int((milliseconds - floorModulo(milliseconds, millisecondsPerDay)) / millisecondsPerDay)
    }

    /// The first millisecond of the day that a time falls on, in UTC.
    package static func startOfDay(_ milliseconds: Int64) -> Int64 {
        milliseconds - floorModulo(milliseconds, millisecondsPerDay)
    }

    /// `2026-11-22T20:13:01.042Z`, always with three digits of a second.
    package static func string(_ milliseconds: Int64) -> String {
        let clock = floorModulo(milliseconds, millisecondsPerDay)
        let (year, month, dayOfMonth) = date(ofDay: day(milliseconds))
        let seconds = clock / 1000
        let hours = "\(two(seconds / 3600)):\(two(seconds / 60 % 60)):\(two(seconds % 60))"
        let fraction = String(String(1000 + clock % 1000).dropFirst())
        return "\(dateString(year, month, dayOfMonth))T\(hours).\(fraction)Z"
    }

    /// `2026-11-22` for a day counted from 1970.
    package static func dayString(_ day: Int) -> String {
        let (year, month, dayOfMonth) = date(ofDay: day)
        return dateString(year, month, dayOfMonth)
    }

    /// Reads what ``string(_:)`` writes; digits of a second may be missing, more than three are cut.
    ///
    /// - Returns: nil for anything else, also for a time with an offset other than `Z`.
    package static func milliseconds(_ text: String) -> Int64? {
        let bytes = Array(text.utf8)
        guard bytes.count >= 20, bytes.last == UInt8(ascii: "Z") else { return nil }
        let separators: [(Int, Character)] = [(4, "-"), (7, "-"), (10, "T"), (13, ":"), (16, ":")]
        guard separators.allSatisfy({ bytes[$0.0] == $0.1.asciiValue }) else { return nil }
        guard let year = number(bytes[0..<4]), let month = number(bytes[5..<7]), let day = number(bytes[8..<10]),
            let hour = number(bytes[11..<13]), let minute = number(bytes[14..<16]), let second = number(bytes[17..<19]),
            (1...12).contains(month), (1...31).contains(day), hour < 24, minute < 60, second < 61
        else { return nil }
        guard let fraction = fraction(bytes[19..<(bytes.count - 1)]) else { return nil }
        let days = Int64(dayNumber(year, month, day))
        return days * millisecondsPerDay + Int64(hour * 3600 + minute * 60 + second) * 1000 + Int64(fraction)
    }

    private static func fraction(_ bytes: ArraySlice<UInt8>) -> Int? {
        if bytes.isEmpty { return 0 }
        guard bytes.first == UInt8(ascii: "."), bytes.count > 1 else { return nil }
        let digits = bytes.dropFirst().prefix(3)
        guard let value = number(digits) else { return nil }
        return [1: value * 100, 2: value * 10][digits.count] ?? value
    }

    private static func number(_ bytes: ArraySlice<UInt8>) -> Int? {
        guard bytes.allSatisfy({ (48...57).contains($0) }) else { return nil }
        return bytes.reduce(0) { $0 * 10 + Int($1) - 48 }
    }

    private static func two(_ value: Int64) -> String {
        value < 10 ? "0\(value)" : String(value)
    }

    private static func dateString(_ year: Int, _ month: Int, _ day: Int) -> String {
        let digits = String(year)
        let padded = String(repeating: "0", count: max(0, 4 - digits.count)) + digits
        return "\(padded)-\(two(Int64(month)))-\(two(Int64(day)))"
    }

    private static func floorModulo(_ value: Int64, _ divisor: Int64) -> Int64 {
        let remainder = value % divisor
        return remainder < 0 ? remainder + divisor : remainder
    }

    private static func dayNumber(_ year: Int, _ month: Int, _ day: Int) -> Int {
        let shifted = month <= 2 ? year - 1 : year
        let era = (shifted >= 0 ? shifted : shifted - 399) / 400
        let yearOfEra = shifted - era * 400
        let dayOfYear = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1
        return era * 146_097 + yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear - 719_468
    }

    private static func date(ofDay day: Int) -> (year: Int, month: Int, day: Int) {
        let shifted = day + 719_468
        let era = (shifted >= 0 ? shifted : shifted - 146_096) / 146_097
        let dayOfEra = shifted - era * 146_097
        let yearOfEra = (dayOfEra - dayOfEra / 1460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
        let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
        let monthIndex = (5 * dayOfYear + 2) / 153
        let month = monthIndex < 10 ? monthIndex + 3 : monthIndex - 9
        let year = yearOfEra + era * 400 + (month <= 2 ? 1 : 0)
        return (year, month, dayOfYear - (153 * monthIndex + 2) / 5 + 1)
    }
}
