import Vocabulary

/// What a value that crosses the border to Lua, or stands in a recipe's settings, has to look like.
package indirect enum Shape: Sendable, Equatable {
    case string
    /// A whole number of at least `minimum`.
    case integer(minimum: Int)
    /// A number in a range.
    case number(ClosedRange<Double>)
    case boolean
    /// Dollars, as a number or a decimal string such as `0.05`; not negative.
    case money
    /// Seconds as a number, or a string such as `30s`, `10m`, `1h30m`; not negative.
    case duration
    case choice([String])
    case list(Shape)
    /// A table from strings to values of one shape.
    case map(Shape)
    case record([Field])
    case any

    /// One named part of a record.
    package struct Field: Sendable, Equatable {
        package let name: String
        package let shape: Shape
        package let isRequired: Bool
        /// A sentence for the reference pages.
        package let summary: String

        package init(_ name: String, _ shape: Shape, isRequired: Bool = false, _ summary: String = "") {
            self.name = name
            self.shape = shape
            self.isRequired = isRequired
            self.summary = summary
        }

        package static func required(_ name: String, _ shape: Shape, _ summary: String = "") -> Field {
            Field(name, shape, isRequired: true, summary)
        }
    }
}

extension Shape {
    /// The shape in words, with its article: `a list of strings`.
    package var phrase: String {
        switch self {
        case .string: "a string"
        case .integer(let minimum): "a whole number\(minimum == .min ? "" : " of at least \(minimum)")"
        case .number(let range): "a number from \(Self.plain(range.lowerBound)) to \(Self.plain(range.upperBound))"
        case .boolean: "true or false"
        case .money: "an amount of dollars such as 0.5 or \"0.05\""
        case .duration: "a duration such as \"30s\" or \"10m\""
        case .choice(let words): "one of \(words.map { "\"\($0)\"" }.joined(separator: ", "))"
        case .list(let element): "a list of \(element.plural)"
        case .map(let element): "a table of \(element.plural) by name"
        case .record: "a table"
        case .any: "a value"
        }
    }

    private var plural: String {
        switch self {
        case .string, .choice: "strings"
        case .integer, .number: "numbers"
        case .boolean: "booleans"
        case .money: "amounts of dollars"
        case .duration: "durations"
        case .list: "lists"
        case .map, .record: "tables"
        case .any: "values"
        }
    }

    private static func plain(_ number: Double) -> String {
        Int(exactly: number).map(String.init) ?? String(number)
    }
}
