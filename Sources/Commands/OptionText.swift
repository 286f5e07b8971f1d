import ArgumentParser
import Vocabulary

/// Reads values of options, and says what is valid where a value is not.
enum OptionText {
    @Sendable static func wholeNumber(_ text: String) throws -> Int {
        guard let number = Int(text) else { throw ValidationError("it must be a whole number, such as 4") }
        return number
    }

    @Sendable static func seed(_ text: String) throws -> UInt64 {
        guard let number = UInt64(text) else { throw ValidationError("it must be a whole number, 0 or more") }
        return number
    }

    @Sendable static func number(_ text: String) throws -> Double {
        guard let number = Double(text) else { throw ValidationError("it must be a number, such as 0.7") }
        return number
    }

    @Sendable static func dollars(_ text: String) throws -> Picodollars {
        guard let amount = Picodollars(dollars: text) else {
            throw ValidationError("it must be an amount of dollars, 0 or more, such as 20 or 0.5")
        }
        return amount
    }

    @Sendable static func duration(_ text: String) throws -> DurationText {
        guard let duration = DurationText(argument: text) else {
            throw ValidationError("it must be a time above zero, such as 90s, 10m or 1h")
        }
        return duration
    }
}
